#pragma once

#include "flow/time_window.h"
#include "vrni/api/api_client.h"
#include "vrni/search/flow_search.h"

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
  /// `api` must outlive it.
  WindowCounts(ApiClient& api, std::string filter) : api_(api), filter_(std::move(filter)) {}

  /// These windows are likely to be counted next, in this order. Begins the calls about the first
  /// of them, as far as the platform is ready for them, and breaks off those about others. Waits
  /// for nothing; what goes wrong shows in count().
  void prepare(std::span<const TimeWindow> windows);
  /// Breaks off what was prepared: the windows may have more flows by now.
  void forget_prepared() noexcept { prepared_.clear(); }

  /// What take_count() returns and throws.
  [[nodiscard]] std::uint64_t count(const TimeWindow& window, FilterTrial trial);

 private:
  struct Prepared {
    TimeWindow window;
    PendingCall call;
  };

  ApiClient& api_;
  std::string filter_;
  std::deque<Prepared> prepared_;  ///< begun, but for the last if the platform was not ready
};

}  // namespace vrni2syslog
