#include "vrni/api/api_call.h"

#include "json/records.h"

#include <fmt/format.h>

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

/// "503, busy" or "no connection ...", as a clause after "answers ".
[[nodiscard]] std::string status_and_reason(const FailedAttempt& failed) {
  const std::string reason =
      failed.is_answer_hidden ? std::string() : api_error_text(failed.response.body);
  if (reason.empty()) return fmt::format("{}", failed.response.status);
  return fmt::format("{}: {}", failed.response.status, reason);
}

[[nodiscard]] std::string rejection(const FailedAttempt& failed) {
  if (failed.is_answer_hidden) return std::string(failed.refusal);
  if (failed.response.status == 404) {
    return fmt::format("not found (404, {}): is this the address of the platform itself?",
                       shown_body(failed));
  }
  if (failed.is_login) {
    return fmt::format("the platform rejects the login of {} ({})", failed.account,
                       status_and_reason(failed));
  }
  return fmt::format("the platform rejects the call ({})", status_and_reason(failed));
}

[[nodiscard]] std::string message_of(const FailedAttempt& failed) {
  switch (failed.kind) {
    case AnswerKind::Unauthorized:
      return std::string(failed.refusal);
    case AnswerKind::Forbidden:
      if (failed.is_answer_hidden) return std::string(failed.refusal);
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
      return fmt::format(
          "answers {} and sends the client elsewhere, which the API never does: give the address "
          "of the platform itself",
          failed.response.status);
    case AnswerKind::Rejected:
      return rejection(failed);
    case AnswerKind::Throttled:
      return "the platform throttles its callers (429) and did not relent: run at a quieter time";
    case AnswerKind::Busy:
    case AnswerKind::ServerError:
      return fmt::format("the platform fails ({})", status_and_reason(failed));
    case AnswerKind::TimedOut:
    case AnswerKind::CutOff:
    case AnswerKind::CannotConnect:
    case AnswerKind::TooLarge:
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
    case AnswerKind::Rejected:
    case AnswerKind::TooLarge:
    case AnswerKind::ServerError:
      return Fault::Data;
    case AnswerKind::Success:
    case AnswerKind::Throttled:
    case AnswerKind::Busy:
    case AnswerKind::TimedOut:
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
  return {is_refused ? Fault::LoginRefused : fault_of(failed.kind), text};
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

}  // namespace vrni2syslog
