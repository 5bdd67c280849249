#pragma once

#include "base/error.h"
#include "base/run_context.h"
#include "delivery/checkpoint/chain_end.h"
#include "format/line_format.h"
#include "transport/contract/kafka_options.h"
#include "transport/sink.h"

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <functional>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <vector>

namespace vrni2syslog {

/// A line format, and the sinks that get its lines: all those with the same limit on a line's
/// length and, if they store records, the same key of them.
struct Lane {
  std::unique_ptr<LineFormat> format;
  /// By the numbers of their collectors: among all, as the user lists them, from 0 on.
  std::map<std::size_t, std::unique_ptr<Sink>> sinks;
  std::size_t usual_line_bytes = 0;  ///< mean length of the last lines; 0 before the first
  /// For collectors that store records: lines bear a label with this key, and batches tell their
  /// epoch. Nothing of that is made for the others.
  std::optional<RecordKey> record_key{};
};

/// How an epoch went for one of its collectors.
struct CollectorOutcome {
  std::size_t collector = 0;     ///< its number among all collectors
  std::string name;              ///< the address that was used, or all of them if none was reached
  std::optional<Error> failure;  ///< nullopt if it has confirmed the epoch
  /// The receipt's verdict, even if it is too low to count.
  Verdict verdict = Verdict::Failed;
  std::uint64_t lines = 0;                ///< handed to the transport, without manifests
  std::uint64_t bytes = 0;                ///< of these lines, without framing
  std::chrono::milliseconds duration{0};  ///< from opening the connection to its receipt or failure
  std::uint32_t attempts = 1;             ///< epochs of the unit that it took part in
  /// Where its chain of manifests ends if it has confirmed the epoch; nullopt if it got no manifest
  /// that is in a chain.
  std::optional<ChainEnd> chain{};

  /// Whether the collector has got every line of the epoch, as far as --confirm wants to know.
  [[nodiscard]] bool is_confirmed() const noexcept {
    return !failure && verdict != Verdict::Failed;
  }
};

/// The sinks of an epoch, each of which may fail without the others: what is sent goes to those
/// that have not failed. A sink that fails is told to fail over. Error(OutputClosed) is passed on:
/// it is not a failure of the sink, but the end of the run.
///
/// Used by one thread at a time.
class EpochSinks {
 public:
  /// `wanted` has the numbers of the collectors. `required` is the least verdict that a receipt
  /// must have, as in EpochOptions. `lanes` must outlive the epoch.
  EpochSinks(std::vector<Lane>& lanes, const std::vector<std::size_t>& wanted,
             std::optional<Verdict> required, const RunContext& context);
  EpochSinks(const EpochSinks&) = delete;
  EpochSinks& operator=(const EpochSinks&) = delete;
  ~EpochSinks();

  void open();
  void send(std::size_t lane, const std::shared_ptr<const LineBatch>& lines);
  /// Waits until one collector has stored the lines of `epoch`, and returns what its sink says of
  /// them (Sink::offsets_of()); nullopt also if it has failed. Meanwhile nothing is read for the
  /// others.
  [[nodiscard]] std::optional<std::string> offsets_of(
      std::size_t collector, const std::shared_ptr<const EpochLabel>& epoch);
  /// Sends one collector its manifest, which is not counted among the lines. `chain` is where the
  /// collector's chain ends with it.
  void send_manifest(std::size_t collector, const std::shared_ptr<const LineBatch>& lines,
                     const std::optional<ChainEnd>& chain);
  /// Has every connection closed in order, in the background. No more lines may follow.
  void end();
  /// Waits until every collector has answered, and judges the receipts. A bad receipt does not keep
  /// the others from being waited for.
  void wait_for_receipts();

  /// Whether any collector gets what is sent: at all, or in a lane.
  [[nodiscard]] bool has_any() const noexcept;
  [[nodiscard]] bool has_any(std::size_t lane) const noexcept;
  /// The numbers of the collectors of a lane that get what is sent.
  [[nodiscard]] std::vector<std::size_t> collectors_of(std::size_t lane) const;

  /// For every collector that was wanted.
  [[nodiscard]] std::vector<CollectorOutcome> outcomes() const;

 private:
  struct Target;
  void attempt(Target& target, const std::function<void()>& action);
  /// Sets how long the target has taken, if it ended at `end`.
  static void set_duration(Target& target, SteadyTime end);
  void check_receipt(Target& target, const Receipt& receipt);

  std::vector<Target> targets_;
  std::optional<Verdict> required_;
  RunContext context_;
};

/// The number of sinks in all lanes together.
[[nodiscard]] std::size_t count_sinks(const std::vector<Lane>& lanes) noexcept;

}  // namespace vrni2syslog
