#pragma once

#include "base/clock.h"
#include "base/outcome.h"
#include "http/http_client.h"

#include <chrono>
#include <cstddef>
#include <optional>
#include <string>
#include <string_view>

namespace vrni2syslog {

/// The longest text of a call that is read: the largest answer that the program takes, all of it
/// escaped.
inline constexpr std::size_t kMaxRecordedBytes = 256UL * 1024 * 1024;

/// The most calls of one capture.
inline constexpr std::size_t kMaxRecordedCalls = 1'000'000;

/// One call of the platform's API as a capture holds it: what was asked, without headers, and how
/// that ended.
struct RecordedCall {
  std::string method;
  std::string path;  ///< below the base of the API: "/search"
  std::string body;
  HttpResponse response;
  // For a person who reads the capture; not read back:
  WallTime start{};
  std::chrono::milliseconds duration{0};
};

/// The path of a request below the base of the API, if a capture may hold it: nothing for logins,
/// logouts, and what goes elsewhere, since these carry credentials.
[[nodiscard]] std::optional<std::string_view> recordable_path(const HttpRequest& request,
                                                              std::string_view api_base);

/// The name of a call's file: "000042-entities-fetch.json.gz".
[[nodiscard]] std::string recorded_call_name(std::size_t number, std::string_view path);
/// The number in such a name; nothing where it is not one.
[[nodiscard]] std::optional<std::size_t> recorded_call_number(std::string_view name);

/// One JSON object; bodies are strings in it, byte for byte, since an answer need not be JSON.
[[nodiscard]] std::string to_json(const RecordedCall& call);

/// Reads it back; `json` is overwritten.
[[nodiscard]] Outcome read_recorded_call(std::string& json, RecordedCall& call);

}  // namespace vrni2syslog
