#include "vrni/capture/recorded_call.h"

#include "base/error.h"
#include "base/text/ascii.h"
#include "base/text/number.h"
#include "base/timestamp.h"
#include "json/path_reader.h"
#include "json/writer.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <cstdint>
#include <utility>

namespace vrni2syslog {
namespace {

constexpr std::string_view kLoginPath = "/auth/";
constexpr std::string_view kNameEnd = ".json.gz";
constexpr std::size_t kMinDigits = 6;
constexpr std::size_t kMaxDigits = 9;
constexpr std::size_t kMaxOperationBytes = 40;
constexpr std::size_t kMaxShownError = 1000;

constexpr std::array<std::pair<std::string_view, HttpOutcome>, 8> kOutcomes{
    {{"answered", HttpOutcome::Answered},
     {"cannot-connect", HttpOutcome::CannotConnect},
     {"proxy-login-refused", HttpOutcome::ProxyLoginRefused},
     {"certificate-refused", HttpOutcome::CertificateRefused},
     {"timed-out", HttpOutcome::TimedOut},
     {"cut-off", HttpOutcome::CutOff},
     {"too-large", HttpOutcome::TooLarge},
     {"undecodable", HttpOutcome::Undecodable}}};

[[nodiscard]] std::string_view name_of(HttpOutcome outcome) {
  return std::ranges::find(kOutcomes, outcome, &std::pair<std::string_view, HttpOutcome>::second)
      ->first;
}

enum class Key : std::uint8_t {
  Method,
  Path,
  Request,
  Outcome,
  Status,
  ContentType,
  RetryAfter,
  Error,
  Answer,
};
constexpr std::array<std::string_view, 9> kKeys{"method",        "path",   "request",
                                                "outcome",       "status", "content_type",
                                                "retry_after_s", "error",  "answer"};

enum class CallPlace : std::uint8_t { Outside, Root };

/// Keeps the texts of the known keys of the outermost object.
class CallReader final : public JsonPathReader<CallReader, CallPlace> {
 public:
  static constexpr JsonPath<CallPlace> kPaths[] = {{CallPlace::Root, CallPlace::Outside, '{', {}}};

  [[nodiscard]] std::optional<std::string_view> text(Key key) const {
    return texts_[static_cast<std::size_t>(key)];
  }
  [[nodiscard]] std::string copy(Key key) const { return std::string(text(key).value_or("")); }

  void take(CallPlace place, std::string_view text) {
    const auto key = static_cast<std::size_t>(std::ranges::find(kKeys, member()) - kKeys.begin());
    if (place == CallPlace::Root && key < kKeys.size()) texts_[key] = text;
  }

 private:
  std::array<std::optional<std::string_view>, kKeys.size()> texts_;
};

[[nodiscard]] std::optional<std::int64_t> parse_number(std::string_view text) {
  const auto number = parse_whole<std::int64_t>(text);
  return number && *number >= 0 ? number : std::nullopt;
}

[[nodiscard]] Outcome read_answer(const CallReader& json, HttpResponse& response) {
  const auto status = parse_number(json.text(Key::Status).value_or(""));
  if (!status || *status < 100 || *status > 999)
    return Outcome::failure("there is no status of HTTP in it");
  if (!json.text(Key::Answer)) return Outcome::failure("there is no answer in it");
  response.status = static_cast<int>(*status);
  response.content_type = json.copy(Key::ContentType);
  response.body = *json.text(Key::Answer);
  const auto delay = parse_number(json.text(Key::RetryAfter).value_or(""));
  if (delay) response.retry_after = std::chrono::seconds(std::min<std::int64_t>(*delay, 86'400));
  return Outcome::success();
}

void append_member(std::string& json, Key key, std::string_view text) {
  json += fmt::format(",\n \"{}\":", kKeys[static_cast<std::size_t>(key)]);
  append_json_string(json, text);
}

void append_number(std::string& json, Key key, std::int64_t number) {
  json += fmt::format(",\n \"{}\":{}", kKeys[static_cast<std::size_t>(key)], number);
}

}  // namespace

std::optional<std::string_view> recordable_path(const HttpRequest& request,
                                                std::string_view api_base) {
  std::string_view url(request.url);
  if (!url.starts_with(api_base)) return std::nullopt;
  url.remove_prefix(api_base.size());
  if (!url.starts_with('/') || url.starts_with(kLoginPath)) return std::nullopt;
  return url;
}

std::string recorded_call_name(std::size_t number, std::string_view path) {
  std::string operation(path.substr(path.starts_with('/') ? 1 : 0, kMaxOperationBytes));
  std::ranges::replace_if(
      operation, [](char c) { return !is_digit(c) && !is_lower(c); }, '-');
  return fmt::format("{:06}-{}{}", number, operation, kNameEnd);
}

std::optional<std::size_t> recorded_call_number(std::string_view name) {
  const auto digits =
      static_cast<std::size_t>(std::ranges::find_if_not(name, is_digit) - name.begin());
  if (digits < kMinDigits || digits > kMaxDigits) return std::nullopt;
  if (!name.substr(digits).starts_with('-') || !name.ends_with(kNameEnd)) return std::nullopt;
  return parse_number(name.substr(0, digits));
}

std::string to_json(const RecordedCall& call) {
  const HttpResponse& response = call.response;
  std::string json = "{\"time\":\"";
  json.reserve(call.body.size() + response.body.size() + response.body.size() / 4 + 500);
  append_rfc3339_millis(json, call.start);
  json += fmt::format("\",\n \"took_ms\":{}", call.duration.count());
  append_member(json, Key::Method, call.method);
  append_member(json, Key::Path, call.path);
  append_member(json, Key::Request, call.body);
  append_member(json, Key::Outcome, name_of(response.outcome));
  if (response.outcome == HttpOutcome::Answered) {
    append_number(json, Key::Status, response.status);
    append_member(json, Key::ContentType, response.content_type);
    if (response.retry_after) append_number(json, Key::RetryAfter, response.retry_after->count());
    append_member(json, Key::Answer, response.body);
  } else {
    append_member(json, Key::Error, response.error);
  }
  json += "}\n";
  return json;
}

Outcome read_recorded_call(std::string& json, RecordedCall& call) {
  CallReader handler;
  if (Outcome read = read_json(json, handler); !read) return read;
  if (!handler.text(Key::Method) || !handler.text(Key::Path))
    return Outcome::failure("there is no request in it");
  call.method = handler.copy(Key::Method);
  call.path = handler.copy(Key::Path);
  call.body = handler.copy(Key::Request);
  call.response = HttpResponse();
  const std::string_view outcome = handler.text(Key::Outcome).value_or("");
  const auto known =
      std::ranges::find(kOutcomes, outcome, &std::pair<std::string_view, HttpOutcome>::first);
  if (known == kOutcomes.end()) return Outcome::failure("how the call ended is not in it");
  call.response.outcome = known->second;
  if (known->second == HttpOutcome::Answered) return read_answer(handler, call.response);
  call.response.error = printable(handler.copy(Key::Error), kMaxShownError);
  return Outcome::success();
}

}  // namespace vrni2syslog
