#include "vrni/api/latency_trend.h"

namespace vrni2syslog {
namespace {

constexpr double kWeightInRecent = 1.0 / 4;
constexpr double kWeightInUsual = 1.0 / 32;
constexpr double kWeightOfSlowInUsual = 1.0 / 512;
/// Before there are so many, nothing is usual.
constexpr int kFewestAnswers = 8;
/// What is this fast is no burden, whatever it was before.
constexpr double kUnnoticedMs = 50;

}  // namespace

bool LatencyTrend::note(std::chrono::milliseconds latency) {
  const auto ms = static_cast<double>(latency.count());
  if (answers_++ == 0) recent_ms_ = usual_ms_ = ms;
  recent_ms_ += (ms - recent_ms_) * kWeightInRecent;
  const bool is_slow = answers_ >= kFewestAnswers && recent_ms_ > 2 * usual_ms_ + kUnnoticedMs;
  usual_ms_ += (ms - usual_ms_) * (is_slow ? kWeightOfSlowInUsual : kWeightInUsual);
  return is_slow;
}

}  // namespace vrni2syslog
