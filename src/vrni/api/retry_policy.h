#pragma once

#include "http/http_client.h"

#include <array>
#include <chrono>
#include <cstddef>
#include <cstdint>
#include <optional>

namespace vrni2syslog {

/// The result of one attempt of a call, as the decision about the next one sees it.
enum class AnswerKind : std::uint8_t {
  Success,      ///< 2xx with a body that could be read
  Unreadable,   ///< 2xx with a body that could not be read
  Throttled,    ///< 429
  Busy,         ///< 408, 502, 503
  ServerError,  ///< 500 and the rest of 5xx
  TimedOut,
  GatewayTimeout,  ///< 504: what stands in front of the platform has waited in vain
  CutOff,
  CannotConnect,
  Unauthorized,  ///< 401: the token has expired, or the login is refused
  Forbidden,     ///< 403
  Rejected,      ///< 400 and the rest of 4xx
  Redirected,    ///< 3xx and every other status that no API answers with
  /// An answer that has not the form of the API, from a server that has answered in that form
  /// before: a front end answers in its place, or it is starting. It says nothing about the call.
  Foreign,
  TooLarge,
  Undecodable,  ///< not HTTP, or in a content coding that is unknown or damaged
  ProxyLoginRefused,
  CertificateRefused,
};
inline constexpr std::size_t kAnswerKindCount =
    static_cast<std::size_t>(AnswerKind::CertificateRefused) + 1;

/// The kind of an answer, as far as it shows before the body is read: never Unreadable.
[[nodiscard]] AnswerKind kind_of(const HttpResponse& response);

/// Whether the cause of a failure is not the call but the state of the server or the network, which
/// may pass: 429, 408 and 502 to 504, foreign answers, time-outs, and connections that break or
/// cannot be made.
[[nodiscard]] bool is_transient(AnswerKind kind) noexcept;

/// Whether a platform that is starting may answer so, or not at all: it forgets its tokens, too.
[[nodiscard]] bool may_be_starting(AnswerKind kind) noexcept;

/// Whether the server has taken too long, which may be due to how much it was asked for.
[[nodiscard]] bool is_too_slow(AnswerKind kind) noexcept;

enum class RetryAction : std::uint8_t {
  Proceed,
  Retry,  ///< after `delay`
  LogIn,  ///< get a fresh token, then retry
  GiveUp,
  OutOfTime,  ///< another attempt would make sense, but the run ends before it
};

struct RetryDecision {
  RetryAction action;
  std::chrono::milliseconds delay{0};
};

/// How long a call that meets transient failures is repeated.
enum class Patience : std::uint8_t {
  Brief,    ///< about half as many attempts as Bounded: there are many such calls, and none matters
  Bounded,  ///< a few attempts: somebody waits, or the run can do without the call
  UntilDeadline,  ///< the run can do nothing but wait; see RetryPolicy for the exception
};

/// Decides after each attempt of one call what comes next. All calls of this program only read, so
/// that repeating one is safe. How often it is repeated depends on the kind of failure.
class RetryPolicy {
 public:
  /// Until a server has answered for the first time in the run, attempts are bounded whatever the
  /// patience: its address may be wrong, which is to be reported soon. `with_foreign` is the
  /// patience with foreign answers, if it is less, and `with_slow` that with is_too_slow().
  explicit RetryPolicy(Patience patience, Patience with_foreign = Patience::UntilDeadline,
                       Patience with_slow = Patience::UntilDeadline)
      : patience_(patience), with_foreign_(with_foreign), with_slow_(with_slow) {}

  /// To be called if the server has answered another call.
  void assume_known_server() noexcept { is_known_ = true; }

  /// `left` is the time until the run's deadline; `random`, in [0, 1), spreads the delays.
  [[nodiscard]] RetryDecision decide(AnswerKind kind,
                                     std::optional<std::chrono::seconds> retry_after,
                                     std::chrono::milliseconds left, double random);

  [[nodiscard]] int attempts() const noexcept { return attempts_; }
  /// Whether the server has answered anything so far.
  [[nodiscard]] bool is_known() const noexcept { return is_known_; }

 private:
  [[nodiscard]] Patience patience_with(AnswerKind kind) const noexcept;
  [[nodiscard]] bool is_last_attempt(AnswerKind kind) const;

  Patience patience_;
  Patience with_foreign_;
  Patience with_slow_;
  bool is_known_ = false;
  int attempts_ = 0;
  std::array<int, kAnswerKindCount> attempts_by_kind_{};
};

}  // namespace vrni2syslog
