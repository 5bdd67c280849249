#include "vrni/api/concurrency_limit.h"

#include <algorithm>

namespace vrni2syslog {
namespace {

/// The next page and the flows of the last one, before the platform has shown what it can bear.
constexpr std::size_t kInitialConcurrency = 2;
/// So many in a row are no accident, and show what the last fall has brought.
constexpr std::size_t kSlowAnswersToFall = 4;

}  // namespace

ConcurrencyLimit::ConcurrencyLimit(std::size_t most)
    : most_(std::max<std::size_t>(most, 1)), value_(std::min(kInitialConcurrency, most_)) {}

void ConcurrencyLimit::on_answer(std::string_view operation, std::chrono::milliseconds latency) {
  const auto known = trends_.find(operation);
  LatencyTrend& trend = known != trends_.end() ? known->second : trends_[std::string(operation)];
  if (trend.note(latency)) {
    answers_ = 0;
    if (++slow_answers_ < kSlowAnswersToFall) return;
    set(std::max<std::size_t>(value_ - 1, 1));
  } else {
    slow_answers_ = 0;
    if (++answers_ >= value_) set(std::min(value_ + 1, most_));
  }
}

void ConcurrencyLimit::on_complaint() {
  set(std::max<std::size_t>(value_ / 2, 1));
}

void ConcurrencyLimit::set(std::size_t value) noexcept {
  value_ = value;
  answers_ = 0;
  slow_answers_ = 0;
}

}  // namespace vrni2syslog
