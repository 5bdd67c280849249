#include "auth_calls.h"

#include "request_body.h"

namespace vrni2syslog::simulator {
namespace {

constexpr std::string_view kScheme = "NetworkInsight ";

std::string token_of(const Request& request) {
  const std::string_view value = request.authorization;
  return value.starts_with(kScheme) ? std::string(value.substr(kScheme.size())) : std::string();
}

bool is_user(const LoginOptions& login, const Credentials& given) {
  if (given.username != login.username || given.password != login.password) return false;
  if (given.domain_type != login.domain_type) return false;
  // A LOCAL login may carry any domain value.
  if (login.domain_type == "LOCAL") return true;
  if (given.domain_value.empty()) return false;
  return login.domain_value.empty() || given.domain_value == login.domain_value;
}

}  // namespace

bool is_authorized(const Platform& platform, const Request& request) {
  return platform.tokens.is_valid(token_of(request), Tokens::Clock::now());
}

Answer unauthorized_answer(const Platform& platform) {
  if (platform.options.version.has_unauthorized_body) return error_answer(401, "Unauthorized");
  return empty_answer(401);
}

Answer create_token(Platform& platform, const Call& call) {
  const Credentials given = parse_credentials(call.request.body);
  const LoginOptions& login = platform.options.login;
  if (!is_user(login, given)) return unauthorized_answer(platform);
  const auto token = platform.tokens.create(given.username, Tokens::Clock::now());
  if (!token) return unauthorized_answer(platform);
  platform.statistics.count_login();
  const auto expiry = token->expiry.time_since_epoch();
  const auto seconds = std::chrono::duration_cast<std::chrono::seconds>(expiry).count();
  const auto milliseconds = std::chrono::duration_cast<std::chrono::milliseconds>(expiry).count();
  Answer answer;
  JsonWriter json(answer.body);
  json.begin_object();
  json.key("token").text(token->text);
  json.key("expiry").number(login.expiry_in_seconds ? seconds : milliseconds);
  json.end_object();
  return answer;
}

Answer delete_token(Platform& platform, const Call& call) {
  const bool was_valid = platform.tokens.remove(token_of(call.request), Tokens::Clock::now());
  return was_valid ? empty_answer(204) : unauthorized_answer(platform);
}

Answer get_version(Platform& platform, const Call&) {
  Answer answer;
  JsonWriter json(answer.body);
  json.begin_object().key("api_version").text(platform.options.version.text).end_object();
  return answer;
}

}  // namespace vrni2syslog::simulator
