#include "console_calls.h"

namespace vrni2syslog::simulator {
namespace {

constexpr const char* kUser = "cloud";

Answer refusal(std::string_view message) {
  Answer answer;
  answer.status = 400;
  JsonWriter json(answer.body);
  json.begin_object();
  json.key("statusCode").number(400);
  json.key("message").text(message);
  json.end_object();
  return answer;
}

}  // namespace

Answer exchange_api_token(Platform& platform, const Call& call) {
  if (!platform.options.login.is_cloud) return empty_answer(404);
  if (call.request.has_query) return refusal("a secret in the URL");
  // Both are in use.
  std::string given(call.request.parameter("refresh_token"));
  if (given.empty()) given = call.request.parameter("api_token");
  if (given != platform.options.login.api_token) {
    return refusal("invalid_grant: Invalid refresh token: " + given);
  }
  const auto token = platform.cloud_tokens.create(kUser, Tokens::Clock::now());
  platform.statistics.count_login();
  Answer answer;
  JsonWriter json(answer.body);
  json.begin_object();
  json.key("token_type").text("bearer");
  json.key("expires_in").number(platform.options.login.token_life.count());
  json.key("access_token").text(token->text);
  json.key("refresh_token").text(given);
  json.end_object();
  return answer;
}

}  // namespace vrni2syslog::simulator
