#include "vrni/api/api_call.h"

#include "json/records.h"

#include <fmt/format.h>

#include <algorithm>
#include <iterator>

namespace vrni2syslog {
namespace {

constexpr std::size_t kShownBytes = 120;

[[nodiscard]] std::string shown_body(const FailedAttempt& failed) {
  if (failed.body_start.empty()) return "an empty body";
  // The shown part of an answer to a login may end within a token, but then it holds the token's
  // key.
  const bool may_hold_token =
      failed.is_login && failed.body_start.find("token") != std::string_view::npos;
  if (failed.is_answer_hidden || may_hold_token) {
    const std::string_view type = failed.response.content_type;
    return fmt::format("{} bytes of {}", failed.body_bytes,
                       type.empty() ? "no declared type" : printable(type, kShownBytes));
  }
  return fmt::format("\"{}\"", printable(failed.body_start, kShownBytes));
}

/// What the answer says of the failure: the platform's message, or the start of what stands in its
/// place. Empty if it says nothing that may be shown.
[[nodiscard]] std::string words_of(const FailedAttempt& failed) {
  if (failed.is_answer_hidden) return {};
  std::string message = api_error_text(failed.response.body);
  if (!message.empty() || failed.body_start.empty()) return message;
  return shown_body(failed);
}

/// "503: busy".
[[nodiscard]] std::string status_and_reason(const FailedAttempt& failed) {
  const std::string reason = words_of(failed);
  if (reason.empty()) return fmt::format("{}", failed.response.status);
  return fmt::format("{}: {}", failed.response.status, reason);
}

/// The scheme and the host of an address, since its path may hold a secret; "elsewhere" if it has
/// none.
[[nodiscard]] std::string shown_location(std::string_view location) {
  const std::size_t scheme_end = location.find("://");
  if (scheme_end == std::string_view::npos) return "elsewhere";
  const std::string_view scheme = location.substr(0, scheme_end);
  std::string_view host = location.substr(scheme_end + 3);
  host = host.substr(0, host.find_first_of("/?#\\"));
  if (const std::size_t at = host.rfind('@'); at != std::string_view::npos)
    host.remove_prefix(at + 1);
  return "to " + printable(fmt::format("{}://{}", scheme, host), kShownBytes);
}

[[nodiscard]] std::string redirection(const FailedAttempt& failed) {
  return fmt::format("answers {} and sends the client {}, which the API never does",
                     failed.response.status, shown_location(failed.response.location));
}

/// Of a server that has answered as the platform does before, so that its address is right.
[[nodiscard]] std::string foreign_answer(const FailedAttempt& failed) {
  constexpr std::string_view kMeaning =
      "the platform is starting, or something in front of it answers in its place";
  const int status = failed.response.status;
  if (status < 300) {
    return fmt::format("the answer cannot be read: expected the JSON of the API, got {} ({}); {}",
                       shown_body(failed), failed.problem, kMeaning);
  }
  if (status < 400) return fmt::format("{}: {}", redirection(failed), kMeaning);
  return fmt::format("the answer is not one of the API ({}, {}): {}", status, shown_body(failed),
                     kMeaning);
}

[[nodiscard]] std::string refusal_with_words(const FailedAttempt& failed) {
  const std::string words = words_of(failed);
  if (words.empty()) return std::string(failed.refusal);
  return fmt::format("{}; the answer says: {}", failed.refusal, words);
}

[[nodiscard]] std::string rejection(const FailedAttempt& failed) {
  if (failed.is_login) return refusal_with_words(failed);
  if (failed.response.status == 404 && api_error_text(failed.response.body).empty()) {
    return fmt::format("not found (404, {}): is this the address of the platform itself?",
                       shown_body(failed));
  }
  return fmt::format("the platform rejects the call ({})", status_and_reason(failed));
}

[[nodiscard]] std::string message_of(const FailedAttempt& failed) {
  switch (failed.kind) {
    case AnswerKind::Unauthorized:
      return refusal_with_words(failed);
    case AnswerKind::Forbidden:
      if (failed.is_login) return refusal_with_words(failed);
      return fmt::format(
          "the login with {} may not do this ({}): give it a role that may read flows",
          failed.account, status_and_reason(failed));
    case AnswerKind::Unreadable:
      return fmt::format(
          "the answer cannot be read: expected the JSON of the API, got {} ({}); is this the "
          "address of the platform itself, "
          "and not of a collector or of a proxy that wants a login?",
          shown_body(failed), failed.problem);
    case AnswerKind::Redirected:
      return fmt::format("{}: give the address of the platform itself", redirection(failed));
    case AnswerKind::Foreign:
      return foreign_answer(failed);
    case AnswerKind::Rejected:
      return rejection(failed);
    case AnswerKind::Throttled:
      return "the platform throttles its callers (429) and did not relent: run at a quieter time";
    case AnswerKind::Busy:
    case AnswerKind::GatewayTimeout:
    case AnswerKind::ServerError:
      return fmt::format("the platform fails ({})", status_and_reason(failed));
    case AnswerKind::TimedOut:
    case AnswerKind::CutOff:
    case AnswerKind::CannotConnect:
    case AnswerKind::TooLarge:
    case AnswerKind::Undecodable:
    case AnswerKind::ProxyLoginRefused:
    case AnswerKind::CertificateRefused:
    case AnswerKind::Success:
      break;
  }
  return failed.response.error;
}

[[nodiscard]] Fault fault_of(AnswerKind kind) {
  switch (kind) {
    case AnswerKind::Unauthorized:
    case AnswerKind::Forbidden:
      return Fault::LoginRefused;
    case AnswerKind::Unreadable:
    case AnswerKind::Redirected:
    case AnswerKind::Foreign:
    case AnswerKind::Rejected:
    case AnswerKind::TooLarge:
    case AnswerKind::Undecodable:
    case AnswerKind::ServerError:
      return Fault::Data;
    case AnswerKind::Success:
    case AnswerKind::Throttled:
    case AnswerKind::Busy:
    case AnswerKind::TimedOut:
    case AnswerKind::GatewayTimeout:
    case AnswerKind::CutOff:
    case AnswerKind::CannotConnect:
      break;
    case AnswerKind::ProxyLoginRefused:
    case AnswerKind::CertificateRefused:
      return Fault::Refused;
  }
  return Fault::Unreachable;
}

}  // namespace

Error describe_failure(const FailedAttempt& failed) {
  std::string text = fmt::format("{} {}: {}", failed.method, failed.url, message_of(failed));
  if (failed.attempts > 1) text += fmt::format(" ({} attempts)", failed.attempts);
  if (failed.is_out_of_time) text += "; the deadline leaves no time for another attempt";
  // A rejected login is a refused one: the platform answers 400 if the domain does not exist.
  const bool is_refused = failed.is_login && failed.kind == AnswerKind::Rejected;
  const Error error(is_refused ? Fault::LoginRefused : fault_of(failed.kind), text);
  return failed.is_out_of_time ? error.out_of_time() : error;
}

std::string api_error_text(std::string body) {
  JsonRecords answer("details");
  if (!read_records(body, answer)) return {};
  std::string text(answer.text("message"));
  for (std::size_t i = 0; i < answer.size(); ++i) {
    const std::string_view detail = answer.text_of(i, "message");
    if (detail.empty() || detail == answer.text("message")) continue;
    if (!text.empty()) text += "; ";
    text += detail;
  }
  return printable(text);
}

void ErrorMembers::take(std::string_view name, std::optional<std::string_view> text) {
  constexpr std::string_view kNoErrors[] = {"false", "0", "200", ""};
  constexpr std::size_t kMaxCodeBytes = 20;
  const bool is_error = !text || std::ranges::find(kNoErrors, *text) == std::end(kNoErrors);
  if (name == "code") {
    has_failure_code_ = is_error;
    has_success_code_ = !is_error;
    code_ = "code " + printable(text.value_or(""), kMaxCodeBytes);
  } else if (name == "error") {
    has_error_ = is_error;
    if (text) text_ = *text;
  } else if (name == "message") {
    has_message_ = is_error;
    if (text) text_ = *text;
  }
}

BodyOutcome ErrorMembers::outcome() const {
  return BodyOutcome::foreign(
      fmt::format("it reports an error: {}", text_.empty() ? code_ : printable(text_)));
}

ErrorMembers error_members_of(const JsonRecords& answer) {
  ErrorMembers members;
  for (const std::string_view name : {"error", "code", "message"}) {
    const std::string_view text = answer.text(name);
    if (answer.has(name))
      members.take(name, text.data() == nullptr ? std::nullopt : std::optional(text));
  }
  return members;
}

bool is_api_error(std::string body) {
  JsonRecords answer("details");
  if (!read_records(body, answer)) return false;
  return !answer.text("code").empty() || !answer.text("message").empty();
}

}  // namespace vrni2syslog
