#pragma once

#include "base/clock.h"
#include "base/log.h"
#include "delivery/recent/recent_index.h"
#include "flow/flow.h"

#include <chrono>
#include <cstdint>
#include <filesystem>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <vector>

namespace vrni2syslog {

struct RecentSettings {
  std::filesystem::path state_directory;  ///< --state-dir
  std::string job;
  std::vector<std::string> collectors;  ///< names, by number: JobIdentity::collectors
  /// --recount: a reading is forgotten if its window ended at least this long before the newest
  /// window that is known when the run begins. So a daily job keeps its last window.
  std::chrono::seconds period{0};
  /// A reading with more flows is not remembered: their hashes are in memory while its window is
  /// read again.
  std::uint64_t most_flows = kMaxRecentFlows / 4;
  /// Where the chain of manifests of each collector ends (ChainEnd::last), by number; nullopt if
  /// the collector could not be asked.
  std::vector<std::optional<std::string>> chain_ends{};
};

/// What a job has sent for its recent windows, so that flows which come late can be told from those
/// that were sent: the folder `<job>.recent` in the state directory, with an index and a file for
/// each reading. The file has 64 bits for each flow, a hash of its id and of the time of the
/// version that was listed; two flows of a million have the same by a chance of 1 in 30 million,
/// and two versions of a flow by one in a million. A flow that was listed without a time counts as
/// the version of it that is listed with one, and the other way round.
///
/// Windows can be delivered without it. So what cannot be read or written is told as a warning, and
/// forgotten: the window is not recounted then. Used by one thread at a time, while the job is
/// locked.
class RecentWindows {
 public:
  /// `clock` and `log` must outlive it. Throws Error(Configuration) if somebody else could change
  /// what is remembered, and so make the program leave flows out, or if a later version has written
  /// it.
  RecentWindows(const RecentSettings& settings, Clock& clock, Log& log);
  RecentWindows(const RecentWindows&) = delete;
  RecentWindows& operator=(const RecentWindows&) = delete;
  ~RecentWindows();

  /// Whether something may be remembered of a job.
  [[nodiscard]] static bool has_any(const std::filesystem::path& state_directory,
                                    const std::string& job);
  /// Removes what is remembered of a job. Throws Error(CannotCreate) if that cannot be done.
  static void remove(const std::filesystem::path& state_directory, const std::string& job);

  // A reading: begin() or begin_late(), note() for every batch, and confirm(). A reading that is
  // not confirmed, nor awaited, leaves no trace.

  void begin(const TimeWindow& window);
  /// Begins to read the window of a reading again, which has `count` flows now: what that reading
  /// has is known from now on. Returns false if that is lost, and the reading is then forgotten, or
  /// if nothing can be noted.
  [[nodiscard]] bool begin_late(const RecentReading& reading, std::uint64_t count);
  /// After begin_late(): takes the known flows out of a batch.
  void leave_out_known(FlowBatch& batch);
  /// These flows are sent.
  void note(const FlowBatch& batch);
  /// After begin_late() and the last note(), and before the collector can commit the late flows:
  /// writes down, safe against crashes, that it has confirmed this reading if its chain ends with
  /// `manifest` (ChainEnd::last). This run may not live to learn whether it does. If late flows
  /// could not be noted, the reading is forgotten for this collector.
  void await(std::size_t collector, const std::string& manifest);
  /// The collectors, by number, have confirmed what was noted, and after begin_late() what was
  /// known. `count` is how many flows the platform says the window has; nullopt if it does not say
  /// that, so that the window cannot be recounted. If late flows could not be noted, the reading is
  /// forgotten: they would be sent again in every run. Safe against crashes: the old or the new
  /// state is there.
  void confirm(const std::vector<std::size_t>& collectors, std::optional<std::uint64_t> count);

  /// The numbers of the collectors that have confirmed a reading, but not those of whom a manifest
  /// of its window is awaited.
  [[nodiscard]] std::vector<std::size_t> collectors_of(const RecentReading& reading) const;
  /// What readings_to_recount() says of the readings that were there when the run began, and that
  /// are wanted: others take no place from these.
  [[nodiscard]] std::vector<RecentReading> due(
      std::size_t most, const std::function<bool(const RecentReading&)>& is_wanted) const;

  // What came of a question. It is written down with the next reading, or by save().

  /// The platform is about to be asked.
  void note_asked(const RecentReading& reading);
  /// The platform has given a number that no flow is missing for: only a larger one is news.
  void note_count(const RecentReading& reading, std::uint64_t count);
  /// The platform counts no further than it does: it is not asked any more.
  void note_uncountable(const RecentReading& reading);
  void save();

  /// The windows that were forgotten since the last call without ever being recounted, in order.
  [[nodiscard]] std::vector<TimeWindow> take_never_recounted();

 private:
  struct Noting;

  [[nodiscard]] std::uint64_t hash_of(const Flow& flow) const noexcept;
  [[nodiscard]] std::filesystem::path file_of(const RecentReading& reading) const;
  [[nodiscard]] bool is_known(const Flow& flow);
  void load();
  void drop_old();
  void end_reading();
  void end_waiting();
  /// Whether it is not known what the collector has of the window.
  [[nodiscard]] bool is_awaited(const std::string& collector, const TimeWindow& window) const;
  [[nodiscard]] RecentReading new_reading(std::optional<std::uint64_t> count);
  void forget(const RecentReading& reading, const std::vector<std::string>& collectors);
  void begin_noting(const TimeWindow& window);
  void note_hashes(const std::vector<std::uint64_t>& hashes);
  /// Returns false if what was noted is lost, or nothing was.
  [[nodiscard]] bool finish_noting(RecentReading& reading);
  /// By its number; null if there is none.
  [[nodiscard]] RecentReading* find(std::uint64_t number);
  /// Takes out one that is there.
  RecentReading take(std::uint64_t number);
  /// What a recount that takes place now has as RecentReading::counted_at.
  [[nodiscard]] UnixSeconds recount_time(const RecentReading& reading) const;
  void forget_lost(const RecentReading& reading, const std::string& why);
  void warn(const std::string& what);
  void remove_files_without_reading() const;

  RecentSettings settings_;
  Clock& clock_;
  Log& log_;
  std::filesystem::path folder_;
  std::uint64_t first_number_ = 0;  ///< of the readings of this run
  std::uint64_t next_number_ = 0;
  UnixSeconds forgotten_ = UnixSeconds::min();  ///< windows that ended by then are not remembered
  RecentIndex index_;
  std::vector<TimeWindow> never_recounted_;
  std::unique_ptr<Noting> noting_;           ///< null if nothing is noted
  std::optional<RecentReading> read_again_;  ///< what a late reading adds to
  std::uint64_t count_again_ = 0;            ///< of the flows in its window
  std::optional<std::uint64_t> awaited_;     ///< the number of the late reading, if it is awaited
  std::vector<std::uint64_t> known_;         ///< sorted; what a late reading leaves out
  /// Of the known flows that were listed without a time, those that were listed once more.
  std::vector<bool> is_listed_again_;
};

}  // namespace vrni2syslog
