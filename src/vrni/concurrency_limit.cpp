#include "vrni/concurrency_limit.h"

#include <algorithm>

namespace vrni2syslog {
namespace {

/// The next page and the flows of the last one, before the platform has shown what it can bear.
constexpr std::size_t kAtFirst = 2;

}  // namespace

ConcurrencyLimit::ConcurrencyLimit(std::size_t most)
    : most_(std::max<std::size_t>(most, 1)), value_(std::min(kAtFirst, most_)) {}

void ConcurrencyLimit::on_answer(std::string_view operation, std::chrono::milliseconds latency) {
  const auto known = trends_.find(operation);
  LatencyTrend& trend = known != trends_.end() ? known->second : trends_[std::string(operation)];
  if (trend.note(latency)) {
    value_ = std::max<std::size_t>(value_ - 1, 1);
    answers_ = 0;
  } else if (++answers_ >= value_ && value_ < most_) {
    ++value_;
    answers_ = 0;
  }
}

void ConcurrencyLimit::on_complaint() {
  value_ = std::max<std::size_t>(value_ / 2, 1);
  answers_ = 0;
}

}  // namespace vrni2syslog
