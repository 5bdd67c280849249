#include "vrni/api/api_client.h"

#include "base/text/ascii.h"
#include "vrni/api/seen_answer.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <exception>
#include <utility>

namespace vrni2syslog {
namespace {

constexpr std::chrono::milliseconds kLogOutTime{5'000};
constexpr std::chrono::milliseconds kLogOutTimeOfRefused{1'000};
/// Each login makes a token, of which an account may have 100: a platform that refuses its own
/// tokens must not lock the account out.
constexpr int kMaxRenewedLogins = 20;
/// A failure that lasts longer than this many attempts may last for long, which cron's mail should
/// say.
constexpr int kAttemptsToWarnOf = 8;
constexpr std::size_t kShownBodyBytes = 400;
/// An error's description in the API's form is shorter; more is not searched for it.
constexpr std::size_t kMaxErrorBytes = 64 * 1024;
constexpr std::size_t kMaxTokenAnswerBytes = 1024 * 1024;
constexpr int kNotFound = 404;

/// Whether a status is about the size of the request, so that who answers does not matter: proxies
/// limit it, too.
[[nodiscard]] bool is_about_size(int status) {
  return status == 413 || status == 414 || status == 431;
}

/// Whether a body may be a JSON object, as all answers of the API are.
[[nodiscard]] bool looks_like_json_object(std::string_view body) {
  constexpr std::string_view kBeforeObject = "\xEF\xBB\xBF \t\r\n";
  const std::size_t start = body.find_first_not_of(kBeforeObject);
  return start != std::string_view::npos && body[start] == '{';
}

/// Whether a refusal (403) is about the token, as that of a gateway is: "JWT expired".
[[nodiscard]] bool is_about_token(std::string_view answer) {
  constexpr std::array<std::string_view, 2> kTokens{"token", "jwt"};
  constexpr std::array<std::string_view, 5> kEnds{"expired", "invalid", "not valid", "revoked",
                                                  "not active"};
  const std::string text = lower_case(answer);
  const auto is_there = [&](std::string_view word) { return text.find(word) != std::string::npos; };
  return std::ranges::any_of(kTokens, is_there) && std::ranges::any_of(kEnds, is_there);
}

}  // namespace

/// A call as it is sent.
struct ApiClient::Outgoing {
  HttpClient& server;
  std::string_view method;
  std::string url;
  std::string_view content_type;
  std::string_view body;
  std::size_t max_response_bytes;
  bool needs_token;
  bool is_optional = false;
  bool can_ask_for_less = false;
  Patience patience = Patience::UntilDeadline;
  const TokenRequest* login = nullptr;          ///< set if the call asks for a token
  PendingCall::Answer* begun_answer = nullptr;  ///< of the first attempt, if that was begun
};

/// What one sending of a call has brought.
struct ApiClient::Attempt {
  HttpResponse response;
  std::string body_start;  ///< for messages: reading overwrites the body
  std::size_t body_bytes = 0;
  BodyOutcome reading = BodyOutcome::success();
  AnswerKind kind = AnswerKind::Success;
};

ApiClient::ApiClient(HttpClient& http, std::string api_base, ApiIdentity identity, RunContext run,
                     std::function<double()> random, std::size_t concurrency)
    : http_(http),
      api_base_(std::move(api_base)),
      login_(identity.login),
      redactor_(identity.redactor),
      run_(std::move(run)),
      random_(std::move(random)),
      throttle_(concurrency) {}

void ApiClient::log_in() {
  if (!token_) {
    obtain_token();
  } else if (run_.clock.steady_now() >= renew_at_) {
    renew_token();
  }
}

void ApiClient::obtain_token() {
  break_off_begun();
  Token token = login_.obtain([this](const TokenRequest& request) { return fetch_token(request); });
  redactor_.add(token.text);
  const std::optional<std::chrono::milliseconds> delay = renewal_delay(token);
  if (token_) (void)give_back(*token_, run_.clock.steady_now() + kLogOutTime);
  token_ = std::move(token);
  renew_at_ = delay ? run_.clock.steady_now() + *delay : SteadyTime::max();
}

void ApiClient::renew_token() {
  run_.log.info(LogEvent::LoginRenewed, "the token expires soon; logging in again");
  renew_at_ = SteadyTime::max();
  try {
    obtain_token();
  } catch (const Error& error) {
    if (error.fault() != Fault::LoginRefused) throw;
    // The old token is valid for a while, in which the run may end. If the account has too many
    // tokens, others of them may expire meanwhile.
    run_.log.info(LogEvent::LoginKept,
                  fmt::format("{}; the old token is used until it is refused", error.what()));
  }
}

Token ApiClient::fetch_token(const TokenRequest& request) {
  redactor_.add(request.secret);
  const bool is_elsewhere = request.server != nullptr;
  const Outgoing call{.server = is_elsewhere ? *request.server : http_,
                      .method = "POST",
                      .url = is_elsewhere ? request.url : api_base_ + request.url,
                      .content_type = request.content_type,
                      .body = request.body,
                      .max_response_bytes = kMaxTokenAnswerBytes,
                      .needs_token = false,
                      .login = &request};
  Token token;
  const CallOutcome outcome = repeat_until_done(call, [&](std::string& body) {
    const Outcome read = request.read(body, run_.clock.now(), token);
    // It may have cost one of the tokens that the account may have: it is not asked for till the
    // deadline.
    return read ? BodyOutcome::success() : BodyOutcome::failure({.text = read.problem()});
  });
  if (!outcome) throw outcome.problem().error;
  return token;
}

void ApiClient::log_out() noexcept {
  const SteadyTime time_limit = run_.clock.steady_now() + kLogOutTime;
  if (token_) (void)give_back(*token_, time_limit);
  token_.reset();
  for (const Token& token : refused_tokens_) (void)give_back(token, time_limit);
  refused_tokens_.clear();
}

void ApiClient::give_back_refused() noexcept {
  if (!token_) return;
  const SteadyTime time_limit = run_.clock.steady_now() + kLogOutTimeOfRefused;
  if (!give_back(*token_, time_limit)) refused_tokens_.push_back(std::move(*token_));
  token_.reset();
}

bool ApiClient::give_back(const Token& token, SteadyTime time_limit) noexcept {
  if (!login_.gives_back()) return true;
  try {
    HttpRequest request;
    request.method = "DELETE";
    request.url = api_base_ + "/auth/token";
    request.headers = {login_.header(token)};
    request.own_time_limit =
        std::chrono::ceil<std::chrono::milliseconds>(time_limit - run_.clock.steady_now());
    if (request.own_time_limit->count() <= 0) return false;
    ++statistics_.calls;
    const HttpResponse response = http_.send(request);
    if (response.outcome == HttpOutcome::Answered && response.status < 300) return true;
    run_.log.info(
        LogEvent::TokenNotDeleted,
        fmt::format("the token of {} could not be deleted and stays valid until it expires",
                    login_.account()));
  } catch (...) {  // NOLINT(bugprone-empty-catch): the token expires by itself, and nobody
                   // can be told any more.
  }
  return false;
}

void ApiClient::call(PendingCall pending, const BodyReader& reader) {
  if (const CallOutcome outcome = try_call(std::move(pending), reader); !outcome)
    throw outcome.problem().error;
}

// NOLINTNEXTLINE(performance-unnecessary-value-param): the caller gives the call away
CallOutcome ApiClient::try_call(PendingCall pending, const BodyReader& reader) {
  CallOutcome outcome = repeat_until_done(outgoing(pending), reader);
  if (outcome || outcome.problem().may_succeed_in_parts()) return outcome;
  if (pending.call_.is_optional && outcome.problem().is_refusal()) return outcome;
  if (pending.call_.can_ask_for_less && is_too_slow(outcome.problem().kind)) return outcome;
  throw outcome.problem().error;
}

ApiClient::Outgoing ApiClient::outgoing(const PendingCall& pending) const {
  const ApiCall& call = pending.call_;
  return {.server = http_,
          .method = call.method,
          .url = api_base_ + std::string(call.path),
          .content_type = "application/json",
          .body = call.body,
          .max_response_bytes = call.max_response_bytes,
          .needs_token = call.needs_token,
          .is_optional = call.is_optional,
          .can_ask_for_less = call.can_ask_for_less,
          .patience = call.patience,
          .begun_answer = pending.answer_.get()};
}

bool ApiClient::can_begin() const {
  const SteadyTime now = run_.clock.steady_now();
  return token_ && now < renew_at_ && !has_refused_answer() && !has_run_ended(run_.limits, now) &&
         throttle_.may_start(now, http_.in_flight());
}

bool ApiClient::begin(PendingCall& pending) {
  if (!can_begin()) return false;
  pending.answer_ =
      std::make_shared<PendingCall::Answer>(http_.begin(request_of(outgoing(pending))));
  std::erase_if(begun_, [](const auto& answer) { return answer.expired(); });
  begun_.emplace_back(pending.answer_);
  ++statistics_.calls;
  throttle_.on_start(run_.clock.steady_now());
  return true;
}

bool ApiClient::take_success(PendingCall& pending, const BodyReader& reader) {
  if (!pending.is_answered()) return false;
  HttpResponse response;
  try {
    response = (*pending.answer_)->wait();
  } catch (...) {
    ++statistics_.failures;
    *pending.answer_ = std::make_unique<SeenAnswer>(std::current_exception());
    return false;
  }
  std::string body = response.body;
  const AnswerKind kind = kind_of(response);
  if (kind != AnswerKind::Success || !reader(body)) {
    // Nobody may ask for the answer any more.
    if (kind == AnswerKind::Success || may_be_starting(kind)) ++statistics_.failures;
    *pending.answer_ = std::make_unique<SeenAnswer>(std::move(response));
    return false;
  }
  pending.answer_.reset();
  if (response.date) platform_time_ = response.date;
  record_attempt_outcome(AnswerKind::Success, outgoing(pending), response);
  return true;
}

void ApiClient::break_off_begun() noexcept {
  for (const auto& begun : begun_) {
    if (const auto answer = begun.lock()) answer->reset();
  }
  begun_.clear();
}

ApiClient::Attempt ApiClient::attempt(const Outgoing& call, const BodyReader& reader) {
  Attempt attempt;
  attempt.response = send_once(call);
  if (&call.server == &http_ && attempt.response.date) platform_time_ = attempt.response.date;
  attempt.body_bytes = attempt.response.body.size();
  attempt.body_start = attempt.response.body.substr(0, kShownBodyBytes);
  attempt.kind = kind_of(attempt.response);
  if (attempt.kind == AnswerKind::Success) attempt.reading = reader(attempt.response.body);
  attempt.kind = kind_of_answer(attempt, call);
  if (attempt.kind == AnswerKind::Undecodable) asks_uncompressed_ = true;
  if (may_be_starting(attempt.kind)) ++statistics_.failures;
  record_attempt_outcome(attempt.kind, call, attempt.response);
  return attempt;
}

AnswerKind ApiClient::kind_of_answer(const Attempt& attempt, const Outgoing& call) const {
  const AnswerKind kind = attempt.reading ? kind_of(attempt.response) : AnswerKind::Unreadable;
  const bool is_expiry =
      kind == AnswerKind::Forbidden && call.needs_token && is_about_token(attempt.body_start);
  if (is_expiry) return AnswerKind::Unauthorized;
  // A front end would not answer for a platform whose address is wrong.
  const auto known = known_servers_.find(&call.server);
  const bool is_proven = &call.server == &http_ && known != known_servers_.end() &&
                         known->second == Knowledge::AnswersAsApi;
  return is_proven && has_foreign_answer(attempt, call) ? AnswerKind::Foreign : kind;
}

bool ApiClient::has_foreign_answer(const Attempt& attempt, const Outgoing& call) const {
  const HttpResponse& response = attempt.response;
  if (!attempt.reading)
    return attempt.reading.problem().is_foreign || !looks_like_json_object(attempt.body_start);
  switch (kind_of(response)) {
    case AnswerKind::Redirected:
      return true;
    case AnswerKind::ServerError:
      return !is_api_error(response.body);
    case AnswerKind::Forbidden:
      // A login that may have been refused is not repeated: accounts are locked by that.
      return call.login == nullptr && !is_api_error(response.body);
    case AnswerKind::Rejected:
      return (call.login == nullptr || response.status == kNotFound) &&
             !is_about_size(response.status) && !is_api_error(response.body);
    default:
      return false;
  }
}

void ApiClient::record_attempt_outcome(AnswerKind kind, const Outgoing& call,
                                       const HttpResponse& response) {
  if (kind == AnswerKind::Throttled) ++statistics_.throttled;
  // How a login is answered says nothing about what load the platform can bear.
  if (call.login != nullptr && kind != AnswerKind::Throttled) return;
  throttle_.on_end(kind, call.url, response.waited_for - response.unattended, response.sent_at,
                   run_.clock.steady_now());
}

CallOutcome ApiClient::repeat_until_done(const Outgoing& call, const BodyReader& reader) {
  // A platform that lacks an optional operation may leave the answer to its front end.
  RetryPolicy policy(
      run_.limits.gives_up_early ? std::min(call.patience, Patience::Bounded) : call.patience,
      call.is_optional ? Patience::Brief : Patience::UntilDeadline,
      call.can_ask_for_less ? Patience::Brief : Patience::UntilDeadline);
  if (given_up_ && (given_up_->url != call.url || call.is_optional)) given_up_.reset();
  std::optional<Error> last_error;
  if (given_up_) last_error = given_up_->error;
  for (;;) {
    const Attempt last = attempt_after(last_error, call, reader);
    const RetryDecision decision = decide(policy, call, last);
    if (decision.action == RetryAction::Proceed) {
      given_up_.reset();
      return CallOutcome::success();
    }
    const Error error = error_of(last, call, decision, policy.attempts());
    if (decision.action == RetryAction::OutOfTime) throw error;
    // Giving the token back would log in at the proxy once more, which may lock the account.
    if (last.kind == AnswerKind::ProxyLoginRefused) {
      token_.reset();
      refused_tokens_.clear();
    }
    last_error = error_of(last, call, {RetryAction::OutOfTime}, policy.attempts());
    if (decision.action == RetryAction::GiveUp) {
      if (!call.is_optional) given_up_ = GivenUp{call.url, *last_error};
      return CallOutcome::failure({last.kind, last.response.status, error});
    }
    prepare_retry(decision, error, policy.attempts());
  }
}

ApiClient::Attempt ApiClient::attempt_after(const std::optional<Error>& last_error,
                                            const Outgoing& call, const BodyReader& reader) {
  try {
    return attempt(call, reader);
  } catch (const Error& error) {
    const bool is_out_of_time =
        error.fault() == Fault::Interrupted && !run_.limits.stop.stop_requested();
    // What the previous attempt met says more than that this one was broken off.
    if (last_error && is_out_of_time) throw Error(*last_error);
    throw;
  }
}

RetryDecision ApiClient::decide(RetryPolicy& policy, const Outgoing& call, const Attempt& last) {
  // The attempt may have logged in first, at the same server.
  if (known_servers_.contains(&call.server)) policy.assume_known_server();
  const RetryDecision decision =
      policy.decide(last.kind, last.response.retry_after, time_left(), random_());
  if (policy.is_known()) known_servers_.try_emplace(&call.server, Knowledge::Answers);
  if (last.kind == AnswerKind::Success) known_servers_[&call.server] = Knowledge::AnswersAsApi;
  // A token may have expired, but a login that is refused stays refused.
  if (decision.action == RetryAction::LogIn && !call.needs_token) return {RetryAction::GiveUp};
  return decision;
}

void ApiClient::prepare_retry(const RetryDecision& decision, const Error& error, int attempts) {
  ++statistics_.retries;
  if (decision.action == RetryAction::LogIn) return log_in_again();
  const std::string text = fmt::format("{}; again in {} ms", error.what(), decision.delay.count());
  if (attempts == kAttemptsToWarnOf) {
    run_.log.warning(LogEvent::PlatformRetry,
                     fmt::format("{} ({} attempts so far)", text, attempts),
                     {{"attempts", attempts}, {"delay_seconds", decision.delay}});
  } else {
    run_.log.pause(LogEvent::PlatformRetry, text, decision.delay,
                   {{"attempts", attempts}, {"delay_seconds", decision.delay}});
  }
  sleep(decision.delay);
}

ApiClient::Attempt ApiClient::without_secrets(Attempt attempt) const {
  const bool is_cut = attempt.body_start.size() < attempt.body_bytes;
  if (is_cut) {
    redactor_.hide_in_cut(attempt.body_start);
  } else {
    redactor_.hide_in(attempt.body_start);
  }
  if (attempt.response.body.size() > kMaxErrorBytes) attempt.response.body.clear();
  redactor_.hide_in(attempt.response.body);
  redactor_.hide_in(attempt.response.content_type);
  redactor_.hide_in(attempt.response.location);
  // The names in a certificate came before any secret was sent, and have to be read.
  if (attempt.response.outcome != HttpOutcome::CertificateRefused)
    redactor_.hide_in(attempt.response.error);
  if (!attempt.reading) {
    BodyProblem problem = attempt.reading.problem();
    redactor_.hide_in(problem.text);
    attempt.reading = BodyOutcome::failure(std::move(problem));
  }
  return attempt;
}

Error ApiClient::error_of(const Attempt& last, const Outgoing& call, const RetryDecision& decision,
                          int attempts) const {
  const std::string account = login_.account();
  const Attempt shown = without_secrets(last);
  const std::string refusal =
      call.login != nullptr ? call.login->refusal(last.response.status) : login_.refused_token();
  return describe_failure(
      {.method = call.method,
       .url = call.url,
       .account = account,
       .refusal = refusal,
       .kind = last.kind,
       .is_login = call.login != nullptr,
       .is_answer_hidden = call.login != nullptr && !call.login->are_words_shown,
       .is_out_of_time = decision.action == RetryAction::OutOfTime,
       .attempts = attempts,
       .response = shown.response,
       .body_start = shown.body_start,
       .body_bytes = shown.body_bytes,
       .problem = shown.reading ? std::string_view() : shown.reading.problem().text});
}

HttpRequest ApiClient::request_of(const Outgoing& call) const {
  HttpRequest request;
  request.method = call.method;
  request.url = call.url;
  request.headers = {fmt::format("Content-Type: {}", call.content_type),
                     "Accept: application/json"};
  if (call.needs_token) request.headers.push_back(login_.header(*token_));
  request.body = call.body;
  request.max_response_bytes = call.max_response_bytes;
  request.is_uncompressed = asks_uncompressed_;
  return request;
}

HttpResponse ApiClient::send_once(const Outgoing& call) {
  throw_if_stopped();
  if (call.needs_token) log_in();
  if (call.begun_answer != nullptr && *call.begun_answer) {
    const PendingCall::Answer answer = std::move(*call.begun_answer);
    return answer->wait();
  }
  await_turn();
  return call.server.send(request_of(call));
}

void ApiClient::await_turn() {
  sleep_until(throttle_.earliest_start());
  throw_if_stopped();
  while (http_.in_flight() >= throttle_.concurrency() && http_.await_any()) {
  }
  ++statistics_.calls;
  throttle_.on_start(run_.clock.steady_now());
}

void ApiClient::log_in_again() {
  ++renewed_logins_;
  if (login_.gives_back() && renewed_logins_ > kMaxRenewedLogins) {
    throw Error(Fault::LoginRefused,
                fmt::format("the platform has refused {} tokens in one run that it had given to "
                            "{}: is a load balancer in front "
                            "of nodes that do not know each other's tokens?",
                            renewed_logins_, login_.account()));
  }
  run_.log.info(LogEvent::LoginRenewed, "the token is no longer valid; logging in again");
  give_back_refused();
  obtain_token();
}

void ApiClient::pause(std::chrono::milliseconds length) {
  sleep(std::min(length, time_left() / 2));
  throw_if_stopped();
}

void ApiClient::sleep_until(SteadyTime time) {
  if (time > run_.clock.steady_now())
    run_.clock.sleep_until(std::min(time, run_.limits.deadline), run_.limits.stop);
}

std::chrono::milliseconds ApiClient::time_left() const {
  if (run_.limits.deadline == SteadyTime::max()) return std::chrono::milliseconds::max();
  return std::chrono::duration_cast<std::chrono::milliseconds>(run_.limits.deadline -
                                                               run_.clock.steady_now());
}

void ApiClient::throw_if_stopped() const {
  throw_if_ended(run_.limits, run_.clock.steady_now(), "reading from the platform");
}

}  // namespace vrni2syslog
