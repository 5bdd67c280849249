#pragma once

#include "base/error.h"
#include "base/run_context.h"
#include "delivery/ledger.h"
#include "delivery/recent/recent_windows.h"
#include "flow/flow_source.h"
#include "pipeline/epoch_runner.h"
#include "pipeline/run_statistics.h"

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <functional>
#include <map>
#include <optional>
#include <set>
#include <span>
#include <utility>
#include <vector>

namespace vrni2syslog {

/// Recounts the job's recent windows: asks the source how many flows each has now, and sends what
/// has come since it was read as a late epoch. A number that has not grown says nothing, since the
/// platform forgets; so a flow that came while another was forgotten is not noticed. A number that
/// reading again does not explain is told once, and taken for what the window has from then on.
///
/// What fails is recounted by the next run: nothing is taken back, and no watermark moves. There is
/// one attempt in a run, since a late epoch keeps no other waiting and loses nothing by coming
/// later.
class Recount {
 public:
  /// The most windows that a run asks of.
  static constexpr std::size_t kMostWindows = 24;

  using Observer = std::function<void(const EpochCounts&)>;

  /// What `options` points to, among it the recent windows, must outlive it, and so must the rest.
  Recount(FlowSource& source, std::vector<Lane>& lanes, const EpochOptions& options, Ledger& ledger,
          const RunContext& context);

  /// Sends to all collectors but those of `unreachable`. Calls `observer` after every batch of late
  /// flows. Returns why not all that is late could be sent; the log has further reasons.
  [[nodiscard]] std::optional<Error> run(std::set<std::size_t> unreachable,
                                         const Observer& observer);

  /// All late epochs together.
  [[nodiscard]] const EpochCounts& counts() const noexcept { return counts_; }
  [[nodiscard]] std::uint64_t windows_recounted() const noexcept { return totals_.size(); }

 private:
  class LateFlows;

  void recount(const RecentReading& reading, const Observer& observer);
  void read_again(const RecentReading& reading, std::uint64_t total, const Observer& observer);
  void note_no_growth(const RecentReading& reading, std::uint64_t total);
  void send(const RecentReading& reading, LateFlows& flows, const Observer& observer);
  void remember(const LateFlows& flows, EpochRunner& epoch);
  /// Those that have confirmed the reading, and can be reached.
  [[nodiscard]] std::vector<std::size_t> collectors_of(const RecentReading& reading) const;
  [[nodiscard]] std::vector<TimeWindow> windows_to_ask_of(
      std::span<const RecentReading> readings) const;
  [[nodiscard]] std::optional<std::uint64_t> total_of(const TimeWindow& window);
  void note_lateness(const RecentReading& reading);
  void tell_lateness() const;
  void tell_uncounted() const;
  void tell_uncountable() const;
  void tell_never_recounted(const std::vector<TimeWindow>& windows) const;
  void fail(const Error& error);

  FlowSource& source_;
  std::vector<Lane>& lanes_;
  EpochOptions options_;
  RecentWindows& recent_;
  Ledger& ledger_;
  RunContext context_;
  std::set<std::size_t> unreachable_;
  /// What the source said of each window that it was asked of; nullopt if it could not tell.
  std::map<std::pair<UnixSeconds, UnixSeconds>, std::optional<std::uint64_t>> totals_;
  std::vector<TimeWindow> uncounted_;    ///< of which the source did not give a number
  std::optional<Error> count_failure_;   ///< why it did not give that of the first
  std::vector<TimeWindow> uncountable_;  ///< where the source may have stopped counting
  EpochCounts counts_;
  std::optional<Error> failure_;
  /// Of the late flows: how long after the end of their window they could still not be found, and
  /// how long after it they could.
  std::chrono::seconds missed_at_{0};
  std::chrono::seconds found_at_{0};
};

}  // namespace vrni2syslog
