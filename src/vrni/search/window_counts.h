#pragma once

#include "flow/time_window.h"
#include "vrni/api/api_client.h"
#include "vrni/search/flow_search.h"

#include <chrono>
#include <cstdint>
#include <deque>
#include <span>
#include <string>
#include <utility>

namespace vrni2syslog {

/// Asks how many flows windows have. If the platform can cope with several calls at once, it is
/// asked about the windows that come next while one is counted.
class WindowCounts {
 public:
  /// A call that was begun longer ago than this is made again: the window may have more flows by
  /// now.
  static constexpr std::chrono::seconds kFreshCount{60};

  /// `api` must outlive it.
  WindowCounts(ApiClient& api, std::string filter) : api_(api), filter_(std::move(filter)) {}

  /// These windows are likely to be counted next, in this order. Begins the calls about the first
  /// of them, as far as the platform is ready for them, and breaks off those about others. Waits
  /// for nothing; what goes wrong shows in count().
  void prepare(std::span<const TimeWindow> windows);

  /// What take_count() returns and throws.
  [[nodiscard]] std::uint64_t count(const TimeWindow& window, FilterTrial trial);

 private:
  struct Prepared {
    TimeWindow window;
    PendingCall call;
    SteadyTime begun_at{};
  };

  ApiClient& api_;
  std::string filter_;
  std::deque<Prepared> prepared_;  ///< not begun if the platform was not ready for it
};

}  // namespace vrni2syslog
