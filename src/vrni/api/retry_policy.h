#pragma once

#include "http/http_client.h"

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
  ProxyLoginRefused,
  CertificateRefused,
};
inline constexpr std::size_t kAnswerKindCount =
    static_cast<std::size_t>(AnswerKind::CertificateRefused) + 1;

[[nodiscard]] AnswerKind kind_of(const HttpResponse& response, bool is_readable);

/// Whether the failure says nothing of the call, and passes with the trouble of who is asked, or of
/// the network: 429, 408 and 502 to 504, time-outs, and connections that break or do not come
/// about.
[[nodiscard]] bool is_transient(AnswerKind kind) noexcept;

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

/// How long a transient failure is met with another try.
enum class Patience : std::uint8_t {
  Brief,          ///< there are many such calls, and none matters: half of some attempts
  Bounded,        ///< somebody waits, or the run can do without: some attempts
  UntilDeadline,  ///< the run can only wait; but see RetryPolicy
};

/// Decides after each attempt of one call what comes next. All calls of this program only read, so
/// that repeating one is safe; how often depends on the kind of failure.
class RetryPolicy {
 public:
  /// A server that has not answered anything yet in the run may be at another address: patience is
  /// bounded until it does, so that a wrong address is told soon.
  explicit RetryPolicy(Patience patience) : patience_(patience) {}

  /// The server has answered, to another call.
  void assume_known_server() noexcept { is_known_ = true; }

  /// `left` is the time until the run's deadline; `random`, in [0, 1), spreads the delays.
  [[nodiscard]] RetryDecision decide(AnswerKind kind,
                                     std::optional<std::chrono::seconds> retry_after,
                                     std::chrono::milliseconds left, double random);

  [[nodiscard]] int attempts() const noexcept { return attempts_; }
  /// Whether the server has answered anything by now.
  [[nodiscard]] bool is_known() const noexcept { return is_known_; }

 private:
  [[nodiscard]] bool is_last_attempt(AnswerKind kind) const;

  Patience patience_;
  bool is_known_ = false;
  int attempts_ = 0;
  std::array<int, kAnswerKindCount> attempts_by_kind_{};
};

}  // namespace vrni2syslog
