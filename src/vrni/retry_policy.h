#pragma once

#include "vrni/http.h"

#include <array>
#include <chrono>
#include <cstddef>
#include <cstdint>
#include <optional>

namespace vrni2syslog {

/// What kind of answer an attempt of a call brought, as far as the next step depends on it.
enum class AnswerKind : std::uint8_t {
  Success,      ///< 2xx with a body that could be read
  Unreadable,   ///< 2xx with a body that could not
  Throttled,    ///< 429
  Busy,         ///< 408, 502, 503, 504
  ServerError,  ///< 500 and the rest of 5xx
  TimedOut,
  CutOff,
  CannotConnect,
  Unauthorized,  ///< 401: the token has expired, or the login is refused
  Forbidden,     ///< 403
  Rejected,      ///< 400, and the rest of 4xx
  Redirected,    ///< 3xx, and what else is no answer of an API
  TooLarge,
  CertificateRefused,
};
inline constexpr std::size_t kAnswerKindCount =
    static_cast<std::size_t>(AnswerKind::CertificateRefused) + 1;

[[nodiscard]] AnswerKind kind_of(const HttpResponse& response, bool is_readable);

enum class RetryAction : std::uint8_t {
  Proceed,
  Retry,  ///< after `delay`
  LogIn,  ///< with a fresh token, then retry
  GiveUp,
  OutOfTime,  ///< another try would make sense, but the run ends before
};

struct RetryDecision {
  RetryAction action;
  std::chrono::milliseconds delay{0};
};

/// Decides after each attempt of one call what comes next. All calls of this program only read, so
/// that repeating one is safe; how often depends on the kind of failure (vrni-api: throttling and
/// failures).
class RetryPolicy {
 public:
  /// With `is_brief` a call that fails is given up after half of the attempts.
  explicit RetryPolicy(bool is_brief = false) : is_brief_(is_brief) {}

  /// `left` is the time until the run's deadline; `random`, in [0, 1), spreads the delays.
  [[nodiscard]] RetryDecision decide(AnswerKind kind,
                                     std::optional<std::chrono::seconds> retry_after,
                                     std::chrono::milliseconds left, double random);

  [[nodiscard]] int attempts() const noexcept { return attempts_; }

 private:
  bool is_brief_;
  int attempts_ = 0;
  std::array<int, kAnswerKindCount> attempts_by_kind_{};
};

}  // namespace vrni2syslog
