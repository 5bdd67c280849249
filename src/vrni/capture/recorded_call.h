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

/// The longest JSON text of a call that is read: it has room for the largest answer that the
/// program accepts, with every byte escaped.
inline constexpr std::size_t kMaxRecordedBytes = 256UL * 1024 * 1024;

/// The most calls of one capture.
inline constexpr std::size_t kMaxRecordedCalls = 1'000'000;

/// One call of the platform's API as a capture holds it: the request, without its headers, and how
/// it ended.
struct RecordedCall {
  std::string method;
  std::string path;  ///< below the base of the API: "/search"
  std::string body;
  HttpResponse response;
  // For a person who reads the capture; not read back:
  WallTime start{};
  std::chrono::milliseconds duration{0};
};

/// The path of a request below the base of the API, if a capture may hold the request. nullopt for
/// logins, logouts and requests to other servers, since these carry credentials.
[[nodiscard]] std::optional<std::string_view> recordable_path(const HttpRequest& request,
                                                              std::string_view api_base);

/// The name of a call's file: "000042-entities-fetch.json.gz".
[[nodiscard]] std::string recorded_call_name(std::size_t number, std::string_view path);
/// The number in such a name; nullopt for any other name.
[[nodiscard]] std::optional<std::size_t> recorded_call_number(std::string_view name);

/// Writes a call as one JSON object. The bodies are strings in it, byte for byte, since an answer
/// may be no JSON.
[[nodiscard]] std::string to_json(const RecordedCall& call);

/// Reads it back; `json` is overwritten.
[[nodiscard]] Outcome read_recorded_call(std::string& json, RecordedCall& call);

}  // namespace vrni2syslog
