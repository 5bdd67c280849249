#include "vrni/api_client.h"

#include <fmt/format.h>

#include <algorithm>
#include <utility>

namespace vrni2syslog {
namespace {

constexpr std::chrono::milliseconds kLogOutTime{5'000};
/// Each login makes a token, of which an account may have 100: a platform that refuses its own
/// tokens must not lock it out.
constexpr int kMaxRenewedLogins = 20;
constexpr std::size_t kShownBodyBytes = 400;

}  // namespace

ApiClient::ApiClient(HttpClient& http, std::string api_base, Credentials credentials, Clock& clock,
                     RunLimits limits, Log& log, std::function<double()> random)
    : http_(http),
      api_base_(std::move(api_base)),
      token_(std::move(credentials)),
      clock_(clock),
      limits_(std::move(limits)),
      log_(log),
      random_(std::move(random)) {}

void ApiClient::log_in() {
  if (token_.is_valid()) return;
  ApiCall login{.method = "POST", .path = "/auth/token", .body = token_.login_body()};
  const std::optional<ApiFailure> failure = repeat_until_done(
      login, Authorization::None, [this](std::string& body) { return token_.accept(body); });
  if (!failure) return;
  // A domain that does not exist is a 400.
  if (failure->kind == AnswerKind::Rejected) {
    throw Error(ExitStatus::NoPermission,
                fmt::format("login of {}: {}", token_.account(), failure->error.what()));
  }
  throw failure->error;
}

void ApiClient::log_out() noexcept {
  if (!token_.is_valid()) return;
  try {
    HttpRequest request;
    request.method = "DELETE";
    request.url = api_base_ + "/auth/token";
    request.headers = {token_.header()};
    request.own_time_limit = kLogOutTime;
    token_.forget();
    ++statistics_.calls;
    const HttpResponse response = http_.send(request);
    if (response.outcome != HttpOutcome::Answered || response.status >= 300) {
      log_.info(fmt::format("the token of {} could not be deleted and stays valid until it expires",
                            token_.account()));
    }
  } catch (...) {  // NOLINT(bugprone-empty-catch): the token expires by itself, and there is nobody
                   // left to tell.
  }
}

void ApiClient::call(const ApiCall& api_call, const BodyReader& reader) {
  if (const std::optional<ApiFailure> failure = try_call(api_call, reader)) throw failure->error;
}

std::optional<ApiFailure> ApiClient::try_call(const ApiCall& api_call, const BodyReader& reader) {
  std::optional<ApiFailure> failure = repeat_until_done(api_call, Authorization::Token, reader);
  if (!failure || failure->may_succeed_in_parts()) return failure;
  if (api_call.is_optional && failure->is_refusal()) return failure;
  throw failure->error;
}

ApiClient::Attempt ApiClient::attempt(const ApiCall& api_call, Authorization authorization,
                                      const BodyReader& reader) {
  Attempt attempt;
  attempt.response = send_once(api_call, authorization);
  attempt.body_bytes = attempt.response.body.size();
  attempt.body_start = attempt.response.body.substr(0, kShownBodyBytes);
  if (kind_of(attempt.response, true) == AnswerKind::Success)
    attempt.problem = reader(attempt.response.body);
  attempt.kind = kind_of(attempt.response, !attempt.problem);
  if (attempt.kind == AnswerKind::Success) pacing_.on_success();
  if (attempt.kind == AnswerKind::Throttled) {
    ++statistics_.throttled;
    pacing_.on_throttled();
  }
  return attempt;
}

std::optional<ApiFailure> ApiClient::repeat_until_done(const ApiCall& api_call,
                                                       Authorization authorization,
                                                       const BodyReader& reader) {
  RetryPolicy policy;
  for (;;) {
    const Attempt last = attempt(api_call, authorization, reader);
    RetryDecision decision =
        policy.decide(last.kind, last.response.retry_after, time_left(), random_());
    if (decision.action == RetryAction::Proceed) return std::nullopt;
    // Only a token can have expired; a login that is refused stays so.
    if (decision.action == RetryAction::LogIn && authorization == Authorization::None)
      decision = {RetryAction::GiveUp};
    const Error error = error_of(last, api_call, authorization, decision, policy.attempts());
    if (decision.action == RetryAction::OutOfTime) throw error;
    if (decision.action == RetryAction::GiveUp)
      return ApiFailure{last.kind, last.response.status, error};
    ++statistics_.retries;
    if (decision.action == RetryAction::LogIn) {
      log_in_again();
    } else {
      log_.info(fmt::format("{}; again in {} ms", error.what(), decision.delay.count()));
      wait(decision.delay);
    }
  }
}

Error ApiClient::error_of(const Attempt& last, const ApiCall& api_call, Authorization authorization,
                          const RetryDecision& decision, int attempts) const {
  const std::string url = api_base_ + std::string(api_call.path);
  const std::string account = token_.account();
  return describe_failure({.method = api_call.method,
                           .url = url,
                           .account = account,
                           .kind = last.kind,
                           .is_login = authorization == Authorization::None,
                           .is_out_of_time = decision.action == RetryAction::OutOfTime,
                           .attempts = attempts,
                           .response = last.response,
                           .body_start = last.body_start,
                           .body_bytes = last.body_bytes,
                           .problem = last.problem ? *last.problem : std::string_view()});
}

HttpResponse ApiClient::send_once(const ApiCall& api_call, Authorization authorization) {
  if (pacing_.pause().count() > 0) wait(pacing_.pause());
  throw_if_stopped();
  if (authorization == Authorization::Token) log_in();
  HttpRequest request;
  request.method = api_call.method;
  request.url = api_base_ + std::string(api_call.path);
  request.headers = {"Content-Type: application/json", "Accept: application/json"};
  if (authorization == Authorization::Token) request.headers.push_back(token_.header());
  request.body = api_call.body;
  request.max_response_bytes = api_call.max_response_bytes;
  ++statistics_.calls;
  return http_.send(request);
}

void ApiClient::log_in_again() {
  if (++renewed_logins_ > kMaxRenewedLogins) {
    throw Error(ExitStatus::NoPermission,
                fmt::format("the platform has refused {} tokens in one run that it had given to "
                            "{}: is a load balancer in front "
                            "of nodes that do not know each other's tokens?",
                            renewed_logins_, token_.account()));
  }
  log_.info("the token is no longer valid; logging in again");
  token_.forget();
  log_in();
}

void ApiClient::wait(std::chrono::milliseconds delay) {
  clock_.sleep_until(std::min(clock_.steady_now() + delay, limits_.deadline), limits_.stop);
  throw_if_stopped();
}

std::chrono::milliseconds ApiClient::time_left() const {
  if (limits_.deadline == SteadyTime::max()) return std::chrono::milliseconds::max();
  return std::chrono::duration_cast<std::chrono::milliseconds>(limits_.deadline -
                                                               clock_.steady_now());
}

void ApiClient::throw_if_stopped() const {
  if (limits_.stop.stop_requested()) {
    throw Error(ExitStatus::TemporaryFailure, "stopped while reading from the platform");
  }
  if (clock_.steady_now() >= limits_.deadline) {
    throw Error(ExitStatus::TemporaryFailure,
                "the deadline has passed while reading from the platform");
  }
}

}  // namespace vrni2syslog
