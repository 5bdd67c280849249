#pragma once

#include "base/error.h"
#include "base/log.h"
#include "flow/flow.h"
#include "flow/time_window.h"
#include "vrni/api/api_client.h"
#include "vrni/fetch/flow_fetcher.h"
#include "vrni/search/flow_search.h"
#include "vrni/search/reading_plan.h"
#include "vrni/search/readings_ahead.h"
#include "vrni/search/search_paging.h"
#include "vrni/search/seen_ids.h"
#include "vrni/search/version_choice.h"

#include <chrono>
#include <cstdint>
#include <deque>
#include <exception>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <vector>

namespace vrni2syslog {

/// What the searches of a run have shown of the platform, and the readings that are begun ahead.
/// The readings of its units share it.
struct SearchExperience {
  SearchDepth depth;
  /// The most results that a search asks for: less once the platform has refused that many, and
  /// then taken fewer.
  std::size_t page_size = kSearchPageSize;
  /// ApiStatistics::failures when the platform was last asked something by whose answer it showed
  /// that its index works: it listed a flow, or said twice, with a pause in between, that there is
  /// none. If no call has failed since, it is believed at once that a unit is empty.
  std::optional<std::uint64_t> failures_when_working;
  FilterTrial filter_trial = FilterTrial::Untried;
  ReadingsAhead ahead;
  bool has_reported_times = false;  ///< that times of results cannot be read
  /// A unit with more flows is refused, since their ids are kept in memory.
  std::size_t most_flows_of_unit = 10'000'000;
};

/// Reads the flows of one unit: by one search if that lists as many as the platform announces, and
/// otherwise by as many searches as ReadingPlan asks for. If the platform can cope with several
/// calls at once, it searches, fetches and asks for names a few calls ahead of what next() hands
/// on. When it is nearly through, it begins the readings of SearchExperience::ahead, too.
class UnitReader {
 public:
  /// How long an empty unit waits until it is asked for again.
  static constexpr std::chrono::seconds kPauseOfEmptyUnit{10};
  /// A search that was begun ahead longer ago than this is dropped with all that it has found: the
  /// unit may have more flows by now.
  static constexpr std::chrono::seconds kFreshSearch{60};
  /// Units with no more flows than this are small: ReadingsAhead::set_units_small().
  static constexpr std::uint64_t kFlowsOfSmallUnit = 5000;

  /// `api`, `fetcher`, `experience` and `log` must outlive it. `least_age` is what require_past()
  /// takes.
  UnitReader(ApiClient& api, FlowFetcher& fetcher, SearchExperience& experience, Log& log,
             std::string filter, const TimeWindow& unit,
             std::chrono::seconds least_age = std::chrono::seconds(0));
  UnitReader(const UnitReader&) = delete;
  UnitReader& operator=(const UnitReader&) = delete;

  [[nodiscard]] const TimeWindow& unit() const noexcept { return unit_; }

  // Before the first next(), without waiting for anything; what goes wrong shows in next().
  /// Begins the first search, if the platform is ready for it.
  void begin_search_ahead();
  /// Begins the first `most_fetches` fetches, too, once the answer to the search is there. `before`
  /// are the readings whose turn is before it, whose flows must be known.
  void begin_ahead(std::size_t most_fetches, std::span<const UnitReader* const> before);

  enum class ProgressAhead : std::uint8_t {
    None,       ///< calls of this unit are left that should come before those of others
    Searching,  ///< the search is under way, so that it is not known yet what to fetch
    Fetching,   ///< the fetches that were planned are begun, and no search is left
  };
  /// How far begin_ahead() has come.
  [[nodiscard]] ProgressAhead progress_ahead() const;
  /// Whether so little of this unit is left to be fetched that the search of the next one does not
  /// grow old.
  [[nodiscard]] bool is_nearly_read() const;
  /// How many fetches of it are known whose flows were not handed on yet.
  [[nodiscard]] std::size_t found_count() const noexcept { return found_.size(); }

  /// The next flows, kMaxFlowsOfFetch at most; null at the end. Each version of a flow comes
  /// once in the unit. Of those on one page, the latest before the end of the unit comes, and each
  /// that differs from those in action or rule; of different pages all come. In the place of a
  /// version that cannot be had comes the present one, or a partial flow if the present one has
  /// come already or has the decision of another one. So no change of a decision is lost, however
  /// the pages are cut. Throws Error(Usage) if the platform rejects a filter that it has not
  /// accepted for another unit, Error(Data) if flows are missing at the end, if the platform says
  /// that it has searched less than the window, or if there are too many flows, and what
  /// ApiClient::call() throws.
  [[nodiscard]] std::unique_ptr<FlowBatch> next();

  [[nodiscard]] const ReadingStatistics& statistics() const noexcept { return plan_.statistics(); }
  /// FlowEpoch::shortfall(): flows whose content the platform failed to give.
  [[nodiscard]] std::optional<Error> shortfall() const;

 private:
  /// Hits that are new to this unit, with different ids, and their fetch.
  struct Found {
    Found(std::span<const SearchHit> found, FlowFetch planned,
          std::shared_ptr<Decisions> decisions_of_page);

    std::vector<char> texts;  ///< of the hits, copied so that the page can be freed
    std::vector<SearchHit> hits;
    FlowFetch fetch;
    std::unique_ptr<FlowBatch> batch;  ///< once their flows were read
    std::exception_ptr failure;        ///< what kept them from being read
    /// Shared by all hits of a page; null if it has no flow in several versions.
    std::shared_ptr<Decisions> decisions;
  };

  /// Searches until there is something to hand on, and goes on while its fetch is under way.
  void read_ahead();
  [[nodiscard]] bool drop_old_search();
  /// Goes on with what begin_ahead() has begun, unless that is old.
  void take_turn();
  void take_search_ahead(std::span<const UnitReader* const> before);
  /// Reads the flows whose fetches are answered, in their order, as long as those that are read
  /// already wait for names. A failure is kept until it is their turn.
  void read_answers();
  void read(Found& found);
  [[nodiscard]] bool has_next() const;
  /// Begins the next calls, as far as they are known and the platform is ready for them.
  void begin_calls();
  /// Begins the fetches of the first `most` that were found. Returns whether all are begun.
  bool begin_fetches(std::size_t most);
  void add_coming_versions(ComingVersions& coming) const;
  /// The hits of found_ without those of its front.
  [[nodiscard]] ComingHits coming_hits() const;
  [[nodiscard]] bool can_advance() const;
  /// Fetches that may be begun, with those whose answers nobody has taken.
  [[nodiscard]] std::size_t most_begun() const;
  [[nodiscard]] bool has_enough_found() const { return found_.size() >= most_begun(); }
  /// Makes one call of the API, or finds that the unit is read.
  void advance();
  void begin(const ReadingStep& step);
  void wait_before_asking_again();
  void read_page();
  /// Takes what an answer has brought: page_.
  void accept_page();
  /// The call for the next page of the search that is under way.
  [[nodiscard]] PendingCall next_search() const;
  void begin_next_page();
  void fail_search(const ApiFailure& failure);
  void fail_later_page(const ApiFailure& failure);
  void take_page();
  void note_working_index(std::uint64_t failures);
  void report_unreadable_times();
  void add_found(std::span<const SearchHit> hits, const std::shared_ptr<Decisions>& decisions);
  void add_versions(std::vector<SearchHit> hits, const std::shared_ptr<Decisions>& decisions);
  void finish();
  [[nodiscard]] bool is_too_deep(const SearchPage& page) const;
  [[nodiscard]] bool is_endless(const SearchPage& page) const;

  ApiClient& api_;
  FlowFetcher& fetcher_;
  SearchExperience& experience_;
  Log& log_;
  std::string filter_;
  TimeWindow unit_;
  std::chrono::seconds least_age_;
  ReadingPlan plan_;
  std::optional<SteadyTime> ahead_since_;  ///< when the first search was begun ahead
  bool has_failed_ahead_ = false;          ///< nothing more is begun ahead
  std::exception_ptr failure_ahead_;       ///< what next() is to throw
  std::optional<SearchCursor> cursor_;     ///< of the search that is under way
  SearchNumber search_ = 0;
  std::uint64_t results_ = 0;             ///< of that search so far
  std::optional<PendingCall> next_page_;  ///< of that search, once it was begun
  bool is_page_reduced_ = false;  ///< that search asks for less, since the platform refused more
  SeenVersions seen_;
  VersionChoice choice_{seen_};
  std::uint64_t failures_before_page_ = 0;  ///< ApiStatistics::failures when next_page_ was begun
  SearchPage page_;                         ///< the last one that was read
  ComingVersions coming_;     ///< with other units, while the first page is taken ahead
  std::deque<Found> found_;   ///< its flows were not handed on yet
  std::uint64_t failed_ = 0;  ///< flows that were handed on, but the platform failed on them
  bool is_finished_ = false;
};

}  // namespace vrni2syslog
