#include "vrni/login/password_login.h"

#include "base/error.h"
#include "json/writer.h"

#include <fmt/format.h>

namespace vrni2syslog {
namespace {

[[nodiscard]] std::string login_body(const PasswordCredentials& credentials) {
  std::string body = "{\"username\":";
  append_json_string(body, credentials.username);
  body += ",\"password\":";
  append_json_string(body, credentials.password.reveal());
  body += ",\"domain\":{\"domain_type\":";
  append_json_string(body, credentials.domain_type);
  if (!credentials.domain_value.empty()) {
    body += ",\"value\":";
    append_json_string(body, credentials.domain_value);
  }
  body += "}}";
  return body;
}

}  // namespace

std::string PasswordLogin::account() const {
  const std::string domain = credentials_.domain_value.empty()
                                 ? credentials_.domain_type
                                 : credentials_.domain_type + " " + credentials_.domain_value;
  return fmt::format("{} ({})", printable(credentials_.username), printable(domain));
}

Token PasswordLogin::obtain(const TokenFetcher& fetch) {
  TokenRequest request;
  request.url = "/auth/token";
  request.body = login_body(credentials_);
  request.read = read_platform_token;
  request.secret = credentials_.password;
  // The platform tells, for example, that it knows no such domain.
  request.are_words_shown = true;
  request.refusal = [this](int status) {
    return fmt::format(
        "the platform refuses the login of {} ({}): check user name, password and domain; an "
        "account that already has 100 valid tokens is refused in the same way until they expire",
        account(), status);
  };
  return fetch(request);
}

}  // namespace vrni2syslog
