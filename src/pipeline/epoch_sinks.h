#pragma once

#include "base/error.h"
#include "base/log.h"
#include "format/line_format.h"
#include "transport/sink.h"

#include <cstddef>
#include <functional>
#include <memory>
#include <optional>
#include <vector>

namespace vrni2syslog {

/// A collector of the run.
struct LaneSink {
  std::size_t number;  ///< among all collectors, as the user lists them, from 0 on
  std::unique_ptr<Sink> sink;
};

/// One format, and the sinks that get its lines: all those with the same limit on a line's
/// length.
struct Lane {
  std::unique_ptr<LineFormat> format;
  std::vector<LaneSink> sinks;
};

/// How the epoch ended for one of its sinks.
struct EpochOutcome {
  std::size_t sink = 0;          ///< its number
  std::optional<Error> failure;  ///< nothing where it has confirmed the epoch
  Verdict verdict = Verdict::Failed;
};

/// The sinks of an epoch, of which each may fail without the others: what is sent goes to those
/// that have not. A sink that fails is told to fail over. OutputClosed is passed on: it is no
/// failure of the sink, but the end of the run.
class EpochSinks {
 public:
  /// `wanted` has the numbers of the sinks. `required` is what every receipt must say at
  /// least; without it (`--confirm auto`) each collector is held to what its transport can know,
  /// and a warning tells of one that leaves the close unanswered. `lanes` and `log` must outlive
  /// the epoch.
  EpochSinks(std::vector<Lane>& lanes, const std::vector<std::size_t>& wanted,
             std::optional<Verdict> required, Log& log);

  void open();
  void send(std::size_t lane, const std::shared_ptr<const LineBatch>& lines);
  /// Closes every one in order before what is wrong with one counts: the others' lines are safe
  /// then.
  void finish();

  /// Whether anybody gets what is sent, at all or in a lane.
  [[nodiscard]] bool has_any() const noexcept;
  [[nodiscard]] bool has_any(std::size_t lane) const noexcept;

  /// Of every one that was wanted.
  [[nodiscard]] std::vector<EpochOutcome> outcomes() const;

 private:
  struct Target {
    Sink* sink;
    std::size_t lane;
    EpochOutcome outcome;
  };
  void attempt(Target& target, const std::function<void()>& action);
  void check_receipt(Target& target, const Receipt& receipt);

  std::vector<Target> targets_;
  std::optional<Verdict> required_;
  Log& log_;
};

/// How many sinks there are in all lanes.
[[nodiscard]] std::size_t count_sinks(const std::vector<Lane>& lanes) noexcept;

}  // namespace vrni2syslog
