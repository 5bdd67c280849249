#pragma once

#include "base/error.h"
#include "base/outcome.h"
#include "http/http_client.h"
#include "json/records.h"
#include "vrni/api/retry_policy.h"

#include <cstddef>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <utility>

namespace vrni2syslog {

/// One operation of the API.
struct ApiCall {
  std::string_view method;
  std::string_view path;  ///< below /api/ni: "/search"
  std::string body;
  std::size_t max_response_bytes = 16U * 1024 * 1024;
  bool is_optional = false;  ///< the run can do without it: try_call() returns a refusal, too
  bool needs_token = true;
  /// The caller can ask for less: if no answer comes in time again and again, be it here or at what
  /// stands in front of the platform, try_call() returns the failure.
  bool can_ask_for_less = false;
  Patience patience = Patience::UntilDeadline;
};

/// A call that may be begun before its answer is needed: ApiClient::begin(). Dropping it breaks it
/// off. The ApiClient must outlive it once it was begun.
class PendingCall {
 public:
  explicit PendingCall(ApiCall call) : call_(std::move(call)) {}

  [[nodiscard]] const ApiCall& call() const noexcept { return call_; }
  /// Whether it is under way, or answered. A new login breaks off what was begun with the old
  /// token.
  [[nodiscard]] bool is_begun() const noexcept { return answer_ && *answer_; }
  /// Whether its answer is there.
  [[nodiscard]] bool is_answered() const { return is_begun() && (*answer_)->is_there(); }

 private:
  friend class ApiClient;
  using Answer = std::unique_ptr<PendingAnswer>;

  ApiCall call_;
  std::shared_ptr<Answer> answer_;  ///< shared with the ApiClient, which may break it off
};

/// What is wrong with the body of an answer that claims to be a success.
struct BodyProblem {
  std::string text;  ///< a clause for a message
  /// True if the body is a report of an error, only a part of an answer, or something else that is
  /// not the operation's answer. False if it is meant as that answer, but cannot be read or says
  /// something impossible.
  bool is_foreign = false;
};

/// Whether a body could be read.
class [[nodiscard]] BodyOutcome : public BasicOutcome<BodyProblem> {
 public:
  BodyOutcome(BasicOutcome<BodyProblem> outcome)  // NOLINT(google-explicit-constructor)
      : BasicOutcome(std::move(outcome)) {}
  /// JSON that breaks off is not the operation's answer. Any other problem may concern one of many
  /// items.
  BodyOutcome(const JsonOutcome& outcome)  // NOLINT(google-explicit-constructor)
      : BasicOutcome(
            outcome ? success()
                    : failure({.text = outcome.problem(), .is_foreign = outcome.breaks_off()})) {}

  [[nodiscard]] static BodyOutcome foreign(std::string text) {
    return failure({.text = std::move(text), .is_foreign = true});
  }
};

/// The members of an answer's outermost object that tell of an error. The documented answers have
/// none of them.
class ErrorMembers {
 public:
  /// Takes a member that is not null; an object and a list have no text.
  void take(std::string_view name, std::optional<std::string_view> text = std::nullopt);

  /// Whether there was an error, or both the code of a failure and a message.
  [[nodiscard]] bool has_error() const noexcept {
    return has_error_ || (has_failure_code_ && has_message_);
  }
  /// Whether they say that an answer is none, by what else it has.
  [[nodiscard]] bool refute(bool has_results) const noexcept {
    return has_results ? has_error() : explain_no_results();
  }
  /// Whether one of them alone may be the reason why an answer has no results: the code of a
  /// failure, or a message without the code of a success.
  [[nodiscard]] bool explain_no_results() const noexcept {
    return has_error_ || has_failure_code_ || (has_message_ && !has_success_code_);
  }
  /// The outcome of an answer with an error.
  [[nodiscard]] BodyOutcome outcome() const;

 private:
  bool has_error_ = false;
  bool has_failure_code_ = false;
  bool has_success_code_ = false;
  bool has_message_ = false;
  std::string text_;
  std::string code_;
};

/// The same for an answer that was read as records.
[[nodiscard]] ErrorMembers error_members_of(const JsonRecords& answer);

/// Reads an answer's body, which it may overwrite. Called once for each attempt that brought a
/// body.
using BodyReader = std::function<BodyOutcome(std::string& body)>;

/// A call that failed for good.
struct ApiFailure {
  AnswerKind kind;
  int status;  ///< of HTTP; 0 if there was no answer
  Error error;

  /// Whether the platform answers but cannot do the call as a whole: parts of it may succeed. A
  /// foreign answer says nothing about the call, and so nothing about its parts.
  [[nodiscard]] bool may_succeed_in_parts() const noexcept {
    return kind == AnswerKind::Rejected || kind == AnswerKind::ServerError ||
           kind == AnswerKind::TooLarge || kind == AnswerKind::Unreadable;
  }
  /// Whether the platform, or what answers in its place, does not do this for the client.
  [[nodiscard]] bool is_refusal() const noexcept {
    return kind == AnswerKind::Forbidden || kind == AnswerKind::Redirected ||
           kind == AnswerKind::Foreign || kind == AnswerKind::Undecodable;
  }
};

/// Whether a call brought what it was made for.
using CallOutcome = BasicOutcome<ApiFailure>;

/// What the message about a failed call needs to know.
struct FailedAttempt {
  std::string_view method;
  std::string_view url;
  std::string_view account;  ///< Login::account()
  std::string_view refusal;  ///< the message for a 401, and for every refusal of a login
  AnswerKind kind;
  bool is_login;          ///< the answer may hold a token, which must not be shown
  bool is_answer_hidden;  ///< nothing of the answer may be shown
  bool is_out_of_time;    ///< the run's deadline ended the attempts
  int attempts;
  const HttpResponse& response;
  std::string_view body_start;  ///< the first bytes of the body
  std::size_t body_bytes;       ///< length of the whole body
  std::string_view problem;     ///< with the body
};

[[nodiscard]] Error describe_failure(const FailedAttempt& failed);

/// The platform's own words about an error, printable; empty if the body holds none.
[[nodiscard]] std::string api_error_text(std::string body);

/// Whether a body is a report of an error in the form of the API: a JSON object with a code or a
/// message.
[[nodiscard]] bool is_api_error(std::string body);

}  // namespace vrni2syslog
