#include "vrni/api/throttle.h"

#include <algorithm>

namespace vrni2syslog {
namespace {

using std::chrono::milliseconds;

/// The next page and two fetches of the last one, before the platform has shown what it can bear.
constexpr std::size_t kInitialConcurrency = 3;
/// This many in a row are no accident, and show what the last reduction has brought.
constexpr std::size_t kSlowAnswersToFall = 4;

/// The platform documents no limit of calls; its users report that ten in a second work.
constexpr milliseconds kFirstPause{100};
constexpr milliseconds kLongestPause{5'000};
/// A shorter pause makes no difference.
constexpr milliseconds kShortestPause{10};

constexpr double kWeightInRecent = 1.0 / 4;
constexpr double kWeightInUsual = 1.0 / 32;
constexpr double kWeightOfSlowInUsual = 1.0 / 512;
/// There is no baseline before this many answers.
constexpr int kFewestAnswers = 8;
/// An answer this fast is no burden, whatever is usual.
constexpr double kUnnoticedMs = 50;

[[nodiscard]] bool is_complaint(AnswerKind kind) noexcept {
  return is_transient(kind) || kind == AnswerKind::ServerError;
}

}  // namespace

Throttle::Throttle(std::size_t most)
    : most_(std::max<std::size_t>(most, 1)), concurrency_(std::min(kInitialConcurrency, most_)) {}

void Throttle::on_end(AnswerKind kind, std::string_view operation, milliseconds latency,
                      SteadyTime sent, SteadyTime now) {
  if (kind == AnswerKind::Success) return take_answer(operation, latency);
  if (!is_complaint(kind) || sent < last_complaint_) return;
  last_complaint_ = now;
  fall_to(concurrency_ / 2);
  if (kind == AnswerKind::Throttled) pause_ = std::clamp(2 * pause_, kFirstPause, kLongestPause);
}

void Throttle::take_answer(std::string_view operation, milliseconds latency) {
  pause_ = pause_ * 19 / 20;
  if (pause_ < kShortestPause) pause_ = milliseconds(0);
  const auto known = latencies_.find(operation);
  Latency& known_latency =
      known != latencies_.end() ? known->second : latencies_[std::string(operation)];
  if (is_slow(known_latency, latency)) {
    answers_ = 0;
    if (++slow_answers_ < kSlowAnswersToFall) return;
    fall_to(concurrency_ - 1);
  } else {
    slow_answers_ = 0;
    ++answers_;
    if (!has_fallen_ || answers_ >= concurrency_) rise();
  }
}

bool Throttle::is_slow(Latency& known, milliseconds latency) noexcept {
  const auto ms = static_cast<double>(latency.count());
  if (known.answers++ == 0) known.recent_ms = known.usual_ms = ms;
  known.recent_ms += (ms - known.recent_ms) * kWeightInRecent;
  const bool is_slow =
      known.answers >= kFewestAnswers && known.recent_ms > 2 * known.usual_ms + kUnnoticedMs;
  known.usual_ms += (ms - known.usual_ms) * (is_slow ? kWeightOfSlowInUsual : kWeightInUsual);
  return is_slow;
}

void Throttle::rise() noexcept {
  set_concurrency(std::min(concurrency_ + 1, most_));
}

void Throttle::fall_to(std::size_t value) noexcept {
  has_fallen_ = true;
  set_concurrency(std::max<std::size_t>(value, 1));
}

void Throttle::set_concurrency(std::size_t value) noexcept {
  concurrency_ = value;
  answers_ = 0;
  slow_answers_ = 0;
}

}  // namespace vrni2syslog
