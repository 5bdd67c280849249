#include "auth_calls.h"

#include "request_body.h"

namespace vrni2syslog::simulator {
namespace {

constexpr std::string_view kScheme = "NetworkInsight ";
constexpr std::string_view kBearerScheme = "Bearer ";
constexpr const char* kVidmUser = "vidm-user";

/// Empty where the header is of another scheme.
std::string token_of(const Request& request, std::string_view scheme = kScheme) {
  const std::string_view value = request.authorization;
  return value.starts_with(scheme) ? std::string(value.substr(scheme.size())) : std::string();
}

bool is_user(const LoginOptions& login, const Credentials& given) {
  if (given.username != login.username || given.password != login.password) return false;
  if (given.domain_type != login.domain_type) return false;
  // A LOCAL login may carry any domain value.
  if (login.domain_type == "LOCAL") return true;
  if (given.domain_value.empty()) return false;
  return login.domain_value.empty() || given.domain_value == login.domain_value;
}

/// A new token for a user, or 401 where that would be one too many.
Answer token_answer(Platform& platform, const std::string& user) {
  const auto token = platform.tokens.create(user, Tokens::Clock::now());
  if (!token) return unauthorized_answer(platform);
  platform.statistics.count_login();
  const auto expiry = token->expiry.time_since_epoch();
  const auto seconds = std::chrono::duration_cast<std::chrono::seconds>(expiry).count();
  const auto milliseconds = std::chrono::duration_cast<std::chrono::milliseconds>(expiry).count();
  Answer answer;
  JsonWriter json(answer.body);
  json.begin_object();
  json.key("token").text(token->text);
  json.key("expiry").number(platform.options.login.expiry_in_seconds ? seconds : milliseconds);
  json.end_object();
  return answer;
}

}  // namespace

bool is_authorized(const Platform& platform, const Request& request) {
  const auto now = Tokens::Clock::now();
  if (platform.options.login.is_cloud) {
    return request.authorization.empty() &&
           platform.cloud_tokens.is_valid(request.csp_auth_token, now);
  }
  return platform.tokens.is_valid(token_of(request), now) ||
         platform.bearer_tokens.is_valid(token_of(request, kBearerScheme));
}

Answer unauthorized_answer(const Platform& platform) {
  if (platform.options.version.has_unauthorized_body) return error_answer(401, "Unauthorized");
  return empty_answer(401);
}

Answer create_token(Platform& platform, const Call& call) {
  const Credentials given = parse_credentials(call.request.body);
  const LoginOptions& login = platform.options.login;
  if (login.is_cloud || !is_user(login, given)) return unauthorized_answer(platform);
  return token_answer(platform, given.username);
}

Answer create_vidm_token(Platform& platform, const Call& call) {
  const LoginOptions& login = platform.options.login;
  const std::string given = parse_vidm_token(call.request.body);
  if (login.vidm_client_id.empty()) return error_answer(404, "vIDM is not configured");
  const bool is_used_up = login.vidm_uses > 0 && platform.vidm_logins++ >= login.vidm_uses;
  if (is_used_up || given != login.vidm_token) return unauthorized_answer(platform);
  return token_answer(platform, kVidmUser);
}

Answer get_vidm_client(Platform& platform, const Call&) {
  const LoginOptions& login = platform.options.login;
  if (login.vidm_client_id.empty()) return error_answer(403, "vIDM is not configured");
  Answer answer;
  JsonWriter json(answer.body);
  json.begin_object();
  json.key("vidm_appliance").text(login.vidm_appliance);
  json.key("client_id").text(login.vidm_client_id);
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
