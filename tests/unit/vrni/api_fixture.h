#pragma once

#include "support/fake_http_client.h"
#include "support/manual_clock.h"
#include "vrni/api/api_client.h"
#include "vrni/login/login.h"

#include <chrono>
#include <deque>
#include <map>
#include <memory>
#include <stop_token>
#include <string>
#include <string_view>
#include <vector>

namespace vrni2syslog {

/// An ApiClient before a scripted platform, which gives out tokens "token-1", "token-2" and so on.
class ApiFixture {
 public:
  static constexpr std::string_view kBase = "https://vrni.local/api/ni";

  /// What the operation answers: one answer after the other, the last one for ever.
  void script(const std::string& path, std::deque<HttpResponse> answers) {
    scripts_[path] = std::move(answers);
  }
  void respond(const std::string& path, FakeHttpClient::Responder responder) {
    responders_[path] = std::move(responder);
  }

  ManualClock clock;
  std::stop_source stop;
  std::vector<std::string> log_lines;
  Log log{LogLevel::Warning, LogFormat::Text,
          [this](std::string_view line) { log_lines.emplace_back(line); }};
  FakeHttpClient http{[this](const HttpRequest& request) { return respond_to(request); }};
  SteadyTime deadline = clock.steady_now() + std::chrono::hours(24);
  std::unique_ptr<Login> password_login = make_password_login(
      {.username = "admin@local", .password = Secret("pass\"word"), .domain_value = {}});
  Login& login = *password_login;
  Redactor redactor{{}};

  [[nodiscard]] ApiClient make_api() { return make_api(login); }
  [[nodiscard]] ApiClient make_api(Login& other, std::size_t concurrency = 1) {
    return ApiClient(
        http, std::string(kBase), {other, redactor},
        RunContext{clock, RunLimits{stop.get_token(), deadline}, log}, [] { return 0.5; },
        concurrency);
  }

 private:
  HttpResponse respond_to(const HttpRequest& request) {
    const std::string path = request.url.substr(kBase.size());
    if (const auto found = responders_.find(path); found != responders_.end())
      return found->second(request);
    if (const auto found = scripts_.find(path); found != scripts_.end()) {
      std::deque<HttpResponse>& script = found->second;
      HttpResponse next = script.front();
      if (script.size() > 1) script.pop_front();
      return next;
    }
    if (request.method == "DELETE") return answer(204, "");
    if (path == "/auth/token") {
      return answer(
          200, "{\"token\":\"token-" + std::to_string(++tokens_) + "\",\"expiry\":1509332642427}");
    }
    return api_error(404);
  }

  std::map<std::string, std::deque<HttpResponse>> scripts_;
  std::map<std::string, FakeHttpClient::Responder> responders_;
  int tokens_ = 0;
};

/// The ids of the entities that a call of POST /entities/fetch or /entities/names asks for, in
/// their order.
[[nodiscard]] inline std::vector<std::string> ids_in(const HttpRequest& request) {
  constexpr std::string_view kKey = R"({"entity_id":")";
  std::vector<std::string> ids;
  for (std::size_t at = request.body.find(kKey); at != std::string::npos;
       at = request.body.find(kKey, at + 1)) {
    const std::size_t start = at + kKey.size();
    ids.push_back(request.body.substr(start, request.body.find('"', start) - start));
  }
  return ids;
}

}  // namespace vrni2syslog
