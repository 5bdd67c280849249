#include "transport/cfapi/ingestion_protocol.h"

#include "base/error.h"
#include "base/text/number.h"
#include "json/records.h"
#include "json/writer.h"

#include <fmt/format.h>

#include <algorithm>

namespace vrni2syslog {
namespace {

constexpr int kOk = 200;
constexpr int kMultipleChoices = 300;
constexpr int kBadRequest = 400;
constexpr int kUnauthorized = 401;
constexpr int kForbidden = 403;
constexpr int kNotFound = 404;
constexpr int kRequestTimeout = 408;
constexpr int kTooLarge = 413;
constexpr int kUnprocessable = 422;
constexpr int kTooManyRequests = 429;
constexpr int kSessionTimedOut = 440;
constexpr int kServerError = 500;
constexpr int kServiceUnavailable = 503;

/// Longer tokens would not fit into a header that servers take.
constexpr std::size_t kMaxTokenBytes = 8000;
/// Of a server's words in a message.
constexpr std::size_t kQuotedBytes = 200;

constexpr std::string_view kNameAccount =
    "name an account that may send events with ?user=, and its password with "
    "--collector-password-file";

constexpr IngestionFacts kV1{.name = "ingestion API v1",
                             .max_body_bytes = 4'000'000,
                             .max_events = 500,
                             .body_start = R"({"events":[)",
                             .body_end = "]}",
                             .session_path = "/api/v1/sessions",
                             .token_header = "Authorization: Bearer ",
                             .login_remedy = kNameAccount};
constexpr IngestionFacts kV2{.name = "ingestion API v2",
                             .max_body_bytes = 4'000'000,
                             .max_events = 500,
                             .body_start = "[",
                             .body_end = "]",
                             .session_path = "/api/v2/sessions",
                             .token_header = "Authorization: Bearer ",
                             .login_remedy = kNameAccount};
constexpr IngestionFacts kVcf9{.name = "log management API of VCF 9.1",
                               .max_body_bytes = 1'000'000,
                               .max_events = 500,
                               .body_start = R"({"events":[)",
                               .body_end = "]}",
                               .session_path = "",
                               .token_header = "X-JWT-Token: ",
                               .login_remedy =
                                   "the token in --collector-password-file is not valid, or no "
                                   "longer: write a new one into the file"};

/// The words of an answer that says what is wrong.
struct ServerWords {
  bool is_object = false;  ///< the answer is a JSON object
  std::string code;        ///< errorCode
  bool misses_events = false;
  std::string message;  ///< quotable: errorMessage, or the start of the body
};

/// What an answer means is read from what it holds as it is: hiding a short secret may hide all.
[[nodiscard]] ServerWords words_in(std::string body, const Redactor& redactor) {
  ServerWords words;
  words.message = quotable(body, redactor);
  JsonRecords answer("");
  if (!read_records(body, answer)) return words;
  words.is_object = true;
  words.code = answer.text("errorCode");
  const std::string_view message = answer.text("errorMessage");
  words.misses_events = message == "Missing events";
  if (answer.has("errorMessage")) words.message = quotable(std::string(message), redactor);
  return words;
}

[[nodiscard]] std::string quote(int status, const ServerWords& words) {
  if (words.message.empty()) return fmt::format("status {}", status);
  return fmt::format("status {}: {}", status, words.message);
}

[[nodiscard]] bool is_success(int status) noexcept {
  return status >= kOk && status < kMultipleChoices;
}

[[nodiscard]] bool is_overload(int status) noexcept {
  return status == kTooManyRequests || status == kRequestTimeout || status >= kServerError;
}

/// What every request may be answered, whatever is in it; nullopt if it depends on that.
[[nodiscard]] std::optional<IngestionAnswer> read_common_status(int status,
                                                                const ServerWords& words,
                                                                const IngestionFacts& facts) {
  if (status == kUnauthorized || status == kSessionTimedOut) {
    return IngestionAnswer{IngestionVerdict::SessionOver,
                           fmt::format("the collector demands a login ({}); {}",
                                       quote(status, words), facts.login_remedy)};
  }
  if (status == kForbidden) {
    return IngestionAnswer{IngestionVerdict::Forbidden,
                           fmt::format("the collector does not let this account send events ({})",
                                       quote(status, words))};
  }
  if (is_overload(status)) {
    return IngestionAnswer{IngestionVerdict::Overloaded,
                           fmt::format("the collector is overloaded ({})", quote(status, words))};
  }
  return std::nullopt;
}

/// The number of events that an answer says were stored: "ingested" of the appliances, "received"
/// of VCF 9.1.
[[nodiscard]] std::optional<std::uint64_t> count_in(std::string body) {
  JsonRecords answer("");
  if (!read_records(body, answer)) return std::nullopt;
  return parse_whole<std::uint64_t>(answer.text(answer.has("ingested") ? "ingested" : "received"));
}

[[nodiscard]] IngestionAnswer read_success(int status, const std::string& body, std::size_t sent,
                                           const Redactor& redactor) {
  const std::optional<std::uint64_t> stored = count_in(body);
  if (stored == sent) return {IngestionVerdict::Accepted, {}};
  if (!stored) {
    return {IngestionVerdict::Unclear,
            fmt::format("the answer does not say how many events were stored (status {}: {}); is "
                        "this the port of the ingestion API, and ?api= the right one?",
                        status, quotable(body, redactor))};
  }
  return {IngestionVerdict::Unclear,
          fmt::format("the collector says that it stored {} of the {} events of a request, and not "
                      "which; look at its disk, its licence and its ingestion statistics",
                      *stored, sent)};
}

[[nodiscard]] IngestionAnswer unlike_the_api(int status, const ServerWords& words) {
  const std::string_view hint =
      status == kNotFound
          ? "there is no such API at this address; check the port (9543, or 9000 without TLS) and "
            "?api="
          : "this is no answer of the ingestion API; check the address and what is in front of it";
  return {IngestionVerdict::Unclear, fmt::format("{} ({})", hint, quote(status, words))};
}

}  // namespace

const IngestionFacts& facts_of(IngestionApi api) noexcept {
  if (api == IngestionApi::V2) return kV2;
  return api == IngestionApi::Vcf9 ? kVcf9 : kV1;
}

std::string ingestion_path(IngestionApi api, std::string_view agent) {
  if (api == IngestionApi::V2) return "/api/v2/events";
  return fmt::format("/api/{}/events/ingest/{}", api == IngestionApi::V1 ? "v1" : "v2", agent);
}

std::string session_request(const IngestionOptions& options, const Secret& password) {
  std::string body;
  JsonObjectWriter request(body);
  request.text("username", options.user);
  request.text("password", password.reveal());
  request.text("provider", options.provider);
  request.end();
  return body;
}

std::optional<Secret> read_session(std::string body) {
  JsonRecords answer("");
  std::optional<Secret> session;
  if (read_records(body, answer)) {
    const std::string_view id = answer.text("sessionId");
    const bool is_fit = !id.empty() && id.size() <= kMaxTokenBytes &&
                        std::ranges::all_of(id, [](char c) { return c > ' ' && c <= '~'; });
    if (is_fit) session.emplace(std::string(id));
  }
  wipe(body);
  return session;
}

std::string quotable(std::string words, const Redactor& redactor) {
  redactor.hide_in(words);
  return printable(words, kQuotedBytes);
}

IngestionAnswer read_login_failure(int status, std::string body, const IngestionOptions& options,
                                   const Redactor& redactor) {
  // What was taken for no session may be one all the same.
  const std::string words = is_success(status) ? std::string("no session that fits into a header")
                                               : quotable(std::move(body), redactor);
  if (status == kBadRequest || status == kUnauthorized || status == kForbidden) {
    return {IngestionVerdict::Forbidden,
            fmt::format("the collector refuses the login of {} (provider {}; status {}: {}); check "
                        "?user=, ?provider= and --collector-password-file",
                        printable(options.user), options.provider, status, words)};
  }
  return {IngestionVerdict::Unclear,
          fmt::format("the collector begins no session (status {}: {})", status, words)};
}

IngestionAnswer read_ingestion_answer(int status, std::string body, std::size_t sent,
                                      const IngestionFacts& facts, const Redactor& redactor) {
  if (is_success(status)) return read_success(status, body, sent, redactor);
  const ServerWords words = words_in(std::move(body), redactor);
  if (words.code == "RESOURCE_EXHAUSTED") {
    return {IngestionVerdict::Overloaded,
            fmt::format("the collector is overloaded ({})", quote(status, words))};
  }
  if (auto answer = read_common_status(status, words, facts)) return *std::move(answer);
  // Perhaps something on the way has taken the body away, and not this program: sending the unit
  // again loses nothing, and a program that ends as defective would.
  if (status == kBadRequest && words.misses_events) {
    return {IngestionVerdict::Unclear,
            "the collector has received no events; something on the way changes what is sent"};
  }
  const bool is_refusal = status == kBadRequest || status == kTooLarge || status == kUnprocessable;
  if (is_refusal) return {IngestionVerdict::Refused, quote(status, words)};
  return unlike_the_api(status, words);
}

IngestionAnswer read_probe_answer(int status, std::string body, const IngestionFacts& facts,
                                  const Redactor& redactor) {
  const ServerWords words = words_in(std::move(body), redactor);
  if (status == kTooManyRequests || status == kServiceUnavailable)
    return {IngestionVerdict::Accepted, {}};
  if (auto answer = read_common_status(status, words, facts)) {
    if (answer->verdict == IngestionVerdict::Overloaded)
      answer->reason = fmt::format("the collector does not work ({})", quote(status, words));
    return *std::move(answer);
  }
  const bool is_of_api =
      words.is_object && (status == kBadRequest || status == kUnprocessable || is_success(status));
  if (is_of_api) return {IngestionVerdict::Accepted, {}};
  return unlike_the_api(status, words);
}

std::string reduced_event(std::string event) {
  JsonRecords members("");
  if (!read_records(event, members)) return {};
  std::string json;
  JsonObjectWriter reduced(json);
  reduced.text("text", members.text("text"));
  reduced.key("timestamp");
  json += members.text("timestamp");
  reduced.end();
  return json;
}

std::string describe_event(std::string event) {
  constexpr std::string_view kFlowId = "vrniflow_flow_id";
  JsonRecords members("fields");
  if (!read_records(event, members)) return "an event";
  std::string_view id = members.text(kFlowId);
  for (std::size_t i = 0; i < members.size() && id.empty(); ++i) {
    if (members.text_of(i, "name") == kFlowId) id = members.text_of(i, "content");
  }
  const std::string_view text = members.text("text");
  const std::string_view message = text.substr(0, text.find(" ["));
  return fmt::format("\"{}\" (flow {})", printable(message, kQuotedBytes),
                     id.empty() ? "unknown" : printable(id, kQuotedBytes));
}

}  // namespace vrni2syslog
