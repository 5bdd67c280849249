#pragma once

#include "base/run_context.h"
#include "base/timestamp.h"
#include "http/http_client.h"
#include "http/redactor.h"
#include "vrni/api/api_call.h"
#include "vrni/api/throttle.h"
#include "vrni/login/login.h"

#include <algorithm>
#include <cstdint>
#include <functional>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace vrni2syslog {

struct ApiStatistics {
  std::uint64_t calls = 0;      ///< requests sent, repeats included
  std::uint64_t retries = 0;    ///< of these, repeats after a failure
  std::uint64_t throttled = 0;  ///< answers of 429
  /// Failures that a platform which is starting may be the reason for: may_be_starting(). One whose
  /// call was begun ahead may count twice.
  std::uint64_t failures = 0;
};

/// Who logs in, and who is told of every secret that is sent or received, so that messages and
/// captures show none of them.
struct ApiIdentity {
  Login& login;
  Redactor& redactor;
};

/// Calls operations of the platform's API: logs in when needed, keeps to what the platform can
/// bear, repeats calls that failed for reasons that may pass, and checks that answers can be read.
/// Used by one thread.
class ApiClient {
 public:
  /// `http` and what `identity` refers to must outlive it. `api_base` is what the URL of every call
  /// begins with. `random` gives numbers in [0, 1), by which the delays before repeats are spread;
  /// `concurrency` is how many requests may be in flight together.
  ApiClient(HttpClient& http, std::string api_base, ApiIdentity identity, RunContext run,
            std::function<double()> random, std::size_t concurrency = 1);

  /// Gets a token if there is none, or if the present one expires soon; in the second case a
  /// refusal is no failure yet. Throws Error(LoginRefused) if the login is refused, and what call()
  /// throws.
  void log_in();
  /// Gives back the token if there is one, and those that were refused and that the platform has
  /// not deleted yet. Takes a few seconds at most, also after the run was stopped.
  void log_out() noexcept;

  /// Sends a call until it succeeds and `reader` has read its answer. Throws the failure's error:
  /// Error(Unreachable) for everything between here and the platform, Error(Data) for answers that
  /// make no sense, Error(LoginRefused); and Error(Interrupted) if the run is stopped or its
  /// deadline leaves no time for another attempt.
  void call(ApiCall api_call, const BodyReader& reader) {
    call(PendingCall(std::move(api_call)), reader);
  }

  /// The same for a caller that can do something else if the platform answers, but not with what
  /// was asked for. Such failures are the outcome: Rejected, ServerError, Unreadable and TooLarge,
  /// of an optional call also Forbidden, Redirected, Foreign and Undecodable, and of one that can
  /// ask for less also TimedOut and GatewayTimeout. All others are thrown.
  [[nodiscard]] CallOutcome try_call(ApiCall api_call, const BodyReader& reader) {
    return try_call(PendingCall(std::move(api_call)), reader);
  }

  /// The same for a call that begin() may have begun: awaits its answer, and sends the call again
  /// if that may help.
  void call(PendingCall pending, const BodyReader& reader);
  [[nodiscard]] CallOutcome try_call(PendingCall pending, const BodyReader& reader);

  /// Sends a call in the background if the platform is ready for one more now (can_begin()).
  /// Returns whether it did.
  bool begin(PendingCall& pending);
  [[nodiscard]] bool can_begin() const;
  /// Reads the answer to a call that was begun if it is there and a success, and waits for nothing.
  /// Whatever else it is stays for call() or try_call(), as if nobody had looked at it. Returns
  /// whether it was read.
  [[nodiscard]] bool take_success(PendingCall& pending, const BodyReader& reader);
  /// The next call concerns another matter, even if its operation is the same: failures of earlier
  /// calls must not be given as the reason why it fails.
  void begin_matter() noexcept { given_up_.reset(); }
  /// Waits until one more of the calls that were begun has its answer. Returns false if none will
  /// have one before somebody asks for it. Throws what call() throws when the run ends.
  [[nodiscard]] bool await_any() { return http_.await_any(); }
  /// Lets time pass, but at most half of what the run has left. Throws Error(Interrupted) if the
  /// run is stopped.
  void pause(std::chrono::milliseconds length);
  /// How many requests may be in flight together, as of now.
  [[nodiscard]] std::size_t concurrency() const noexcept { return throttle_.concurrency(); }
  [[nodiscard]] SteadyTime steady_now() const { return run_.clock.steady_now(); }
  /// The time at the platform when it answered last; nullopt if its answers do not tell.
  [[nodiscard]] std::optional<UnixSeconds> platform_time() const noexcept { return platform_time_; }

  [[nodiscard]] const ApiStatistics& statistics() const noexcept { return statistics_; }

 private:
  struct Outgoing;
  struct Attempt;

  /// A call that failed for good.
  struct GivenUp {
    std::string url;
    Error error;  ///< as it ends a run that has no time left
  };

  /// What the run knows of a server.
  enum class Knowledge : std::uint8_t {
    Answers,       ///< it has answered something
    AnswersAsApi,  ///< it has answered a call as the API does
  };

  /// Gets a fresh token, and gives back the previous one.
  void obtain_token();
  void renew_token();
  [[nodiscard]] Token fetch_token(const TokenRequest& request);
  [[nodiscard]] CallOutcome repeat_until_done(const Outgoing& call, const BodyReader& reader);
  /// Makes an attempt. If the deadline breaks it off, throws the error of the attempt before it, if
  /// there was one: of the same call, or of given_up_.
  [[nodiscard]] Attempt attempt_after(const std::optional<Error>& last_error, const Outgoing& call,
                                      const BodyReader& reader);
  [[nodiscard]] Attempt attempt(const Outgoing& call, const BodyReader& reader);
  [[nodiscard]] RetryDecision decide(RetryPolicy& policy, const Outgoing& call,
                                     const Attempt& last);
  void prepare_retry(const RetryDecision& decision, const Error& error, int attempts);
  /// The attempt as a message may show it.
  [[nodiscard]] Attempt without_secrets(Attempt attempt) const;
  [[nodiscard]] Error error_of(const Attempt& last, const Outgoing& call,
                               const RetryDecision& decision, int attempts) const;
  [[nodiscard]] Outgoing outgoing(const PendingCall& pending) const;
  [[nodiscard]] HttpRequest request_of(const Outgoing& call) const;
  [[nodiscard]] HttpResponse send_once(const Outgoing& call);
  /// Waits until the platform is ready for one more request.
  void await_turn();
  /// Whether the token was refused to a call that was begun. Whoever waits for it logs in anew;
  /// others that were begun until then would be refused, too.
  [[nodiscard]] bool has_refused_answer() const {
    return std::ranges::any_of(begun_, [](const auto& begun) {
      constexpr int kUnauthorized = 401;
      const auto answer = begun.lock();
      return answer && *answer && (*answer)->status() == kUnauthorized;
    });
  }
  /// Breaks off the calls that carry the previous token: they would be refused.
  void break_off_begun() noexcept;
  /// The kind of an attempt's answer, which may be foreign, or hide that the token has expired.
  [[nodiscard]] AnswerKind kind_of_answer(const Attempt& attempt, const Outgoing& call) const;
  [[nodiscard]] bool has_foreign_answer(const Attempt& attempt, const Outgoing& call) const;
  void record_attempt_outcome(AnswerKind kind, const Outgoing& call, const HttpResponse& response);
  void sleep(std::chrono::milliseconds delay) { sleep_until(run_.clock.steady_now() + delay); }
  void sleep_until(SteadyTime time);
  void log_in_again();
  /// Asks the platform to delete the token that it has refused, since it may be valid still: a
  /// front end, or another node, may have answered. Keeps it for log_out() if that fails.
  void give_back_refused() noexcept;
  /// Has a token deleted if the login needs that. Tries once, until `time_limit` at most.
  [[nodiscard]] bool give_back(const Token& token, SteadyTime time_limit) noexcept;
  [[nodiscard]] std::chrono::milliseconds time_left() const;
  void throw_if_stopped() const;

  HttpClient& http_;
  std::string api_base_;
  Login& login_;
  Redactor& redactor_;
  std::optional<Token> token_;
  std::vector<Token> refused_tokens_;  ///< at most kMaxRenewedLogins, that may be valid still
  SteadyTime renew_at_ = SteadyTime::max();
  RunContext run_;
  std::function<double()> random_;
  Throttle throttle_;
  std::map<const HttpClient*, Knowledge> known_servers_;
  /// The previous call's failure, if it was given up and concerned the same matter: its parts, or
  /// the attempt without versions, may follow. Optional calls are never kept here, since other
  /// calls of the same operation mean something else.
  std::optional<GivenUp> given_up_;
  std::vector<std::weak_ptr<PendingCall::Answer>> begun_;
  std::optional<UnixSeconds> platform_time_;
  bool asks_uncompressed_ = false;  ///< an answer could not be decoded
  int renewed_logins_ = 0;
  ApiStatistics statistics_;
};

}  // namespace vrni2syslog
