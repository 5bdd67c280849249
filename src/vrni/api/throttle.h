#pragma once

#include "base/clock.h"
#include "vrni/api/retry_policy.h"

#include <chrono>
#include <cstddef>
#include <functional>
#include <map>
#include <string>
#include <string_view>

namespace vrni2syslog {

/// When the next request may go out, and how many may be in flight together, judging by the
/// platform's answers. Does not wait itself.
///
/// The number in flight begins with three, and rises by one with every answer that is as fast as
/// usual (slow start, RFC 5681 section 3.1). It falls by one for every few answers in a row that
/// take much longer than usual, and is halved by a complaint: 429, an error of the server, or no
/// answer. Once it has fallen, it rises by one only after as many answers as are allowed then. It
/// never exceeds what the user allows, and never falls below one.
///
/// There is no pause between two requests until the platform answers 429. Each 429 doubles the
/// pause, and each answer of use shortens it a little.
class Throttle {
 public:
  /// At most `most` requests are allowed in flight together.
  explicit Throttle(std::size_t most);

  [[nodiscard]] std::size_t concurrency() const noexcept { return concurrency_; }
  /// When the next request may go out, as far as the pause between two of them is concerned.
  [[nodiscard]] SteadyTime earliest_start() const noexcept { return last_start_ + pause_; }
  [[nodiscard]] bool may_start(SteadyTime now, std::size_t in_flight) const noexcept {
    return now >= earliest_start() && in_flight < concurrency_;
  }

  void on_start(SteadyTime now) noexcept { last_start_ = now; }
  /// A request that was sent at `sent` has ended. `latency` is how long its answer took, if there
  /// is one; each operation is compared with itself. Requests that went out before a complaint was
  /// known are no second complaint.
  void on_end(AnswerKind kind, std::string_view operation, std::chrono::milliseconds latency,
              SteadyTime sent, SteadyTime now);

 private:
  /// How long the answers of one operation take.
  struct Latency {
    double recent_ms = 0;  ///< mean of the last few
    double usual_ms = 0;   ///< mean of many
    int answers = 0;
  };

  void take_answer(std::string_view operation, std::chrono::milliseconds latency);
  /// Takes how long an answer took. Returns whether the last few took more than twice as long as
  /// usual. Slow answers become usual only after hundreds of them.
  [[nodiscard]] static bool is_slow(Latency& known, std::chrono::milliseconds latency) noexcept;
  void rise() noexcept;
  void fall_to(std::size_t value) noexcept;
  void set_concurrency(std::size_t value) noexcept;

  std::size_t most_;
  std::size_t concurrency_;
  bool has_fallen_ = false;       ///< more than now was too much for the platform
  std::size_t answers_ = 0;       ///< as fast as usual, since the concurrency changed
  std::size_t slow_answers_ = 0;  ///< in a row, since the concurrency changed
  std::map<std::string, Latency, std::less<>> latencies_;
  std::chrono::milliseconds pause_{0};
  SteadyTime last_start_ = SteadyTime::min();
  SteadyTime last_complaint_ = SteadyTime::min();
};

}  // namespace vrni2syslog
