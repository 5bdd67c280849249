#pragma once

#include "base/log.h"
#include "flow/flow.h"
#include "flow/time_window.h"
#include "vrni/api_client.h"
#include "vrni/flow_fetcher.h"
#include "vrni/search_cursor.h"
#include "vrni/search_page.h"
#include "vrni/seen_ids.h"

#include <cstdint>
#include <memory>
#include <span>
#include <string>
#include <vector>

namespace vrni2syslog {

/// Reads the flows of one unit by one search, page by page, and makes sure that they are as many as
/// the platform announced.
class UnitReader {
 public:
  /// `api`, `fetcher` and `log` must outlive it.
  UnitReader(ApiClient& api, FlowFetcher& fetcher, Log& log, std::string filter,
             const TimeWindow& unit);

  /// The next flows, kMaxEntitiesPerCall at most, each once in the unit; null at the end. Throws
  /// Error(Usage) where the platform rejects the filter, Error(Data) where flows are missing at the
  /// end, and what ApiClient::call() throws.
  [[nodiscard]] std::unique_ptr<FlowBatch> next();

  [[nodiscard]] std::uint64_t announced() const noexcept {
    return cursor_.total_count().value_or(0);
  }
  /// Distinct flows handed on.
  [[nodiscard]] std::uint64_t received() const noexcept { return received_; }

 private:
  void read_page();
  [[nodiscard]] Error explain(const ApiFailure& failure) const;
  [[nodiscard]] std::vector<SearchHit> new_hits();
  void check_completeness() const;

  ApiClient& api_;
  FlowFetcher& fetcher_;
  Log& log_;
  std::string filter_;
  TimeWindow unit_;
  SearchCursor cursor_;
  SeenIds seen_;
  SearchPage page_;                     ///< the last one that was read
  std::vector<SearchHit> hits_;         ///< of it, those that had not been on an earlier page
  std::span<const SearchHit> waiting_;  ///< of these, those whose flows were not handed on
  std::uint64_t unreadable_ = 0;        ///< results without an id
  std::uint64_t received_ = 0;
  bool is_checked_ = false;
};

}  // namespace vrni2syslog
