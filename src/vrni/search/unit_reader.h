#pragma once

#include "base/log.h"
#include "flow/flow.h"
#include "flow/time_window.h"
#include "vrni/api/api_client.h"
#include "vrni/fetch/flow_fetcher.h"
#include "vrni/search/reading_plan.h"
#include "vrni/search/search_cursor.h"
#include "vrni/search/search_depth.h"
#include "vrni/search/search_page.h"
#include "vrni/search/seen_ids.h"

#include <chrono>
#include <cstdint>
#include <deque>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <vector>

namespace vrni2syslog {

/// Reads the flows of one unit: by one search if that lists as many as the platform announces, and
/// otherwise by as many as ReadingPlan takes. Where the platform bears several calls at once, it
/// searches and fetches ahead of what next() hands on, a few calls far.
class UnitReader {
 public:
  /// `api`, `fetcher`, `depth` and `log` must outlive it. `depth` is what searches of other units
  /// have shown, `least_age` as require_past() has it.
  UnitReader(ApiClient& api, FlowFetcher& fetcher, SearchDepth& depth, Log& log, std::string filter,
             const TimeWindow& unit, std::chrono::seconds least_age = std::chrono::seconds(0));

  /// The next flows, kMaxEntitiesPerCall at most, each once in the unit; null at the end. Throws
  /// Error(Usage) where the platform rejects the filter, Error(Data) where flows are missing at the
  /// end, and what ApiClient::call() throws.
  [[nodiscard]] std::unique_ptr<FlowBatch> next();

  /// How many flows the platform says there are; nothing where it never did.
  [[nodiscard]] std::optional<std::uint64_t> announced() const noexcept {
    return plan_.announced();
  }
  /// Distinct flows handed on.
  [[nodiscard]] std::uint64_t received() const noexcept { return received_; }
  [[nodiscard]] const ReadingCounts& counts() const noexcept { return plan_.counts(); }

 private:
  /// Some hits of a search page that no page had before, as many as one call fetches.
  struct Found {
    explicit Found(std::span<const SearchHit> found);

    std::vector<char> texts;  ///< into which the hits point: the page itself may be long
    std::vector<SearchHit> hits;
    std::optional<PendingCall> fetch;  ///< of these hits, once it was begun
  };

  /// Searches until there is something to hand on, and on as long as that is on its way anyway.
  void read_ahead();
  /// Begins the calls that are known to come, as many as the platform is ready for.
  void begin_calls();
  [[nodiscard]] bool has_enough_found() const noexcept {
    return found_.size() > api_.concurrency();
  }
  /// Does one call of the API, or finds the unit read.
  void advance();
  void begin(const ReadingStep& step);
  void read_page();
  void take_page();
  void add_found(std::span<const SearchHit> hits);
  void finish();
  [[nodiscard]] bool is_too_deep(const SearchPage& page) const;
  [[nodiscard]] bool is_endless(const SearchPage& page) const;

  ApiClient& api_;
  FlowFetcher& fetcher_;
  SearchDepth& depth_;
  Log& log_;
  std::string filter_;
  TimeWindow unit_;
  std::chrono::seconds least_age_;
  ReadingPlan plan_;
  std::optional<SearchCursor> cursor_;  ///< of the search that is under way
  SearchNumber search_ = 0;
  std::uint64_t results_ = 0;             ///< of that search so far
  std::optional<PendingCall> next_page_;  ///< of that search, once it was begun
  SeenIds seen_;
  SearchPage page_;          ///< the last one that was read
  std::deque<Found> found_;  ///< whose flows were not handed on
  std::uint64_t received_ = 0;
  bool is_finished_ = false;
};

}  // namespace vrni2syslog
