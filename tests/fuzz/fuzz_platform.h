#pragma once

#include "../support/fake_http_client.h"
#include "../support/manual_clock.h"
#include "base/log.h"
#include "fuzz_input.h"
#include "properties.h"
#include "vrni/api/api_client.h"

#include <chrono>
#include <memory>
#include <stop_token>
#include <string>
#include <string_view>

namespace vrni2syslog::testing {

inline constexpr std::string_view kApiBase = "https://vrni.local/api/ni";

/// What any answer may be besides one of the platform: of any status and any body, or none at all.
[[nodiscard]] inline HttpResponse hostile_answer(FuzzInput& input) {
  constexpr int kStatuses[] = {200, 200, 200, 204, 302, 400, 401, 403,
                               404, 412, 429, 500, 502, 503, 504, 999};
  const std::uint8_t kind = input.byte();
  if (kind >= 224) return failure(static_cast<HttpOutcome>(1 + kind % 6));
  HttpResponse response = answer(kStatuses[kind % 16U], {});
  if ((kind & 16U) != 0) response.retry_after = std::chrono::seconds(input.byte());
  response.body = (kind & 32U) != 0 ? input.text() : std::string(input.bytes(input.byte()));
  return response;
}

/// A client of the API in front of a platform that answers by a function, whose messages must be
/// clean and hold no secret. The run has a minute, and a bounded number of calls.
class FuzzedApi {
 public:
  static constexpr std::string_view kPassword = "hunter2-secret";
  static constexpr std::size_t kMaxCalls = 60;

  FuzzedApi(std::unique_ptr<Login> login, FakeHttpClient::Responder responder)
      : http([this, respond = std::move(responder)](const HttpRequest& request) {
          if (http.requests().size() >= kMaxCalls) stop.request_stop();
          return respond(request);
        }),
        login_(std::move(login)),
        api(http, std::string(kApiBase), {*login_, redactor_},
            RunContext{clock,
                       RunLimits{stop.get_token(), clock.steady_now() + std::chrono::minutes(1)},
                       log},
            [] { return 0.5; }) {}

  static void check_message(std::string_view message) {
    require_message(message);
    require(message.find(kPassword) == std::string_view::npos, "a password is shown", message);
  }

  ManualClock clock;
  std::stop_source stop;
  Log log{LogLevel::Info, LogFormat::Text, [](std::string_view line) {
            check_message(line.substr(0, line.find_last_not_of('\n') + 1));
          }};
  FakeHttpClient http;

 private:
  std::unique_ptr<Login> login_;
  Redactor redactor_{{}};

 public:
  ApiClient api;
};

}  // namespace vrni2syslog::testing
