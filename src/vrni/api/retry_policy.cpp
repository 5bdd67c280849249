#include "vrni/api/retry_policy.h"

#include "base/backoff.h"

#include <algorithm>

namespace vrni2syslog {
namespace {

using std::chrono::milliseconds;

constexpr BackoffPolicy kBackoff{milliseconds(500), milliseconds(30'000)};
/// A server that asks for a longer delay is asked again after this one.
constexpr std::chrono::seconds kMaxRetryAfter{600};

/// How many attempts may end in a kind of failure before the call is given up.
[[nodiscard]] int max_attempts(AnswerKind kind) {
  switch (kind) {
    case AnswerKind::Throttled:
      return 30;
    case AnswerKind::Busy:
    case AnswerKind::Foreign:
      return 8;
    case AnswerKind::CutOff:
      return 6;
    case AnswerKind::CannotConnect:
      return 5;
    case AnswerKind::GatewayTimeout:  // some of them come at once, while the platform is starting
      return 4;
    case AnswerKind::ServerError:
    case AnswerKind::TimedOut:  // each of them has lasted minutes
    case AnswerKind::Unreadable:
    case AnswerKind::Undecodable:
      return 3;
    case AnswerKind::Unauthorized:
      return 2;
    case AnswerKind::Success:
    case AnswerKind::Forbidden:
    case AnswerKind::Rejected:
    case AnswerKind::Redirected:
    case AnswerKind::TooLarge:
    case AnswerKind::ProxyLoginRefused:
    case AnswerKind::CertificateRefused:
      return 1;
  }
  return 1;
}

/// Half the usual attempts but at least two, so that a glitch does no harm.
[[nodiscard]] int few_attempts(AnswerKind kind) {
  const int most = max_attempts(kind);
  return std::max(std::min(most, 2), most / 2);
}

/// Whether something at the address speaks HTTP, whatever it says.
[[nodiscard]] bool is_answer(AnswerKind kind) {
  return kind != AnswerKind::TimedOut && kind != AnswerKind::CutOff &&
         kind != AnswerKind::CannotConnect && kind != AnswerKind::Undecodable &&
         kind != AnswerKind::ProxyLoginRefused && kind != AnswerKind::CertificateRefused;
}

[[nodiscard]] AnswerKind kind_of_status(int status) {
  if (status >= 200 && status < 300) return AnswerKind::Success;
  switch (status) {
    case 401:
      return AnswerKind::Unauthorized;
    case 403:
      return AnswerKind::Forbidden;
    case 429:
      return AnswerKind::Throttled;
    case 408:
    case 502:
    case 503:
      return AnswerKind::Busy;
    case 504:
      return AnswerKind::GatewayTimeout;
    default:
      break;
  }
  if (status >= 500) return AnswerKind::ServerError;
  return status >= 400 ? AnswerKind::Rejected : AnswerKind::Redirected;
}

}  // namespace

AnswerKind kind_of(const HttpResponse& response) {
  switch (response.outcome) {
    case HttpOutcome::Answered:
      return kind_of_status(response.status);
    case HttpOutcome::CannotConnect:
      return AnswerKind::CannotConnect;
    case HttpOutcome::ProxyLoginRefused:
      return AnswerKind::ProxyLoginRefused;
    case HttpOutcome::CertificateRefused:
      return AnswerKind::CertificateRefused;
    case HttpOutcome::TimedOut:
      return AnswerKind::TimedOut;
    case HttpOutcome::CutOff:
      return AnswerKind::CutOff;
    case HttpOutcome::TooLarge:
      return AnswerKind::TooLarge;
    case HttpOutcome::Undecodable:
      return AnswerKind::Undecodable;
  }
  return AnswerKind::CutOff;
}

bool is_transient(AnswerKind kind) noexcept {
  return kind == AnswerKind::Throttled || kind == AnswerKind::Busy || kind == AnswerKind::Foreign ||
         kind == AnswerKind::CutOff || kind == AnswerKind::CannotConnect || is_too_slow(kind);
}

bool may_be_starting(AnswerKind kind) noexcept {
  switch (kind) {
    case AnswerKind::Success:
    case AnswerKind::Throttled:
    case AnswerKind::Forbidden:
    case AnswerKind::Rejected:
    case AnswerKind::TooLarge:
    case AnswerKind::ProxyLoginRefused:
    case AnswerKind::CertificateRefused:
      return false;
    default:
      return true;
  }
}

bool is_too_slow(AnswerKind kind) noexcept {
  return kind == AnswerKind::TimedOut || kind == AnswerKind::GatewayTimeout;
}

Patience RetryPolicy::patience_with(AnswerKind kind) const noexcept {
  if (kind == AnswerKind::Foreign) return std::min(patience_, with_foreign_);
  if (is_too_slow(kind)) return std::min(patience_, with_slow_);
  return patience_;
}

bool RetryPolicy::is_last_attempt(AnswerKind kind) const {
  const Patience patience = patience_with(kind);
  if (patience == Patience::UntilDeadline && is_known_ && is_transient(kind)) return false;
  return attempts_by_kind_[static_cast<std::size_t>(kind)] >=
         (patience == Patience::Brief ? few_attempts(kind) : max_attempts(kind));
}

RetryDecision RetryPolicy::decide(AnswerKind kind, std::optional<std::chrono::seconds> retry_after,
                                  milliseconds left, double random) {
  ++attempts_;
  ++attempts_by_kind_[static_cast<std::size_t>(kind)];
  is_known_ = is_known_ || is_answer(kind);
  if (kind == AnswerKind::Success) return {RetryAction::Proceed};
  if (is_last_attempt(kind)) return {RetryAction::GiveUp};
  if (kind == AnswerKind::Unauthorized) return {RetryAction::LogIn};
  const std::chrono::seconds floor = std::clamp(retry_after.value_or(std::chrono::seconds(0)),
                                                std::chrono::seconds(0), kMaxRetryAfter);
  const milliseconds delay = backoff_delay(kBackoff, attempts_, floor, random);
  if (delay >= left) return {RetryAction::OutOfTime};
  return {RetryAction::Retry, delay};
}

}  // namespace vrni2syslog
