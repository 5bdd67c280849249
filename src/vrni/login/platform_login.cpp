#include "base/error.h"
#include "json/writer.h"
#include "vrni/login/login.h"

#include <fmt/format.h>

#include <utility>

namespace vrni2syslog {
namespace {

constexpr int kNotFound = 404;

/// What logins have in common for which the platform gives tokens of its own: at most 100 at a time
/// for an account, and each to be deleted after use.
class PlatformTokenLogin : public Login {
 public:
  /// The token is base64 text and is sent as it came, never URL-encoded.
  [[nodiscard]] std::string header(const Token& token) const override;
  [[nodiscard]] bool gives_back() const override { return true; }
  [[nodiscard]] bool is_proven_by_token() const override { return true; }
  [[nodiscard]] std::string refused_token() const override;
};

std::string PlatformTokenLogin::header(const Token& token) const {
  return fmt::format("Authorization: NetworkInsight {}", token.text.reveal());
}

std::string PlatformTokenLogin::refused_token() const {
  return "the platform refuses the token that it has just given (401); is a load balancer in front "
         "of nodes that do not know each other's tokens?";
}

class PasswordLogin final : public PlatformTokenLogin {
 public:
  explicit PasswordLogin(PasswordCredentials credentials) : credentials_(std::move(credentials)) {}

  [[nodiscard]] std::string account() const override;
  [[nodiscard]] Token obtain(const TokenFetcher& fetch) override;

 private:
  PasswordCredentials credentials_;
};

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
  // For example, the platform says that it knows no such domain.
  request.are_words_shown = true;
  request.refusal = [this](int status) {
    if (status == kNotFound) {
      return fmt::format(
          "there is no login at this address ({}): is it that of the platform itself?", status);
    }
    return fmt::format(
        "the platform refuses the login of {} ({}): check user name, password and domain; an "
        "account that already has 100 valid tokens is refused in the same way until they expire",
        account(), status);
  };
  return fetch(request);
}

class VidmLogin final : public PlatformTokenLogin {
 public:
  explicit VidmLogin(VidmCredentials credentials) : credentials_(std::move(credentials)) {}

  [[nodiscard]] std::string account() const override { return "vIDM access token"; }
  [[nodiscard]] Token obtain(const TokenFetcher& fetch) override;

 private:
  VidmCredentials credentials_;
};

[[nodiscard]] std::string vidm_refusal(int status) {
  // Both are documented for a platform without an Identity Manager.
  if (status == kNotFound || status == 412) {
    return fmt::format(
        "the platform takes no vIDM access tokens ({}): is VMware Identity Manager configured "
        "there? --get-vidm-client-id asks",
        status);
  }
  return fmt::format(
      "the platform refuses the vIDM access token ({}): it may have expired or be for another "
      "client id than that of --get-vidm-client-id; get a fresh one. A user who already has 100 "
      "valid tokens of the platform is refused in the same way until they expire",
      status);
}

Token VidmLogin::obtain(const TokenFetcher& fetch) {
  TokenRequest request;
  request.url = "/auth/token/vidm";
  request.body = "{\"vidm_token\":";
  append_json_string(request.body, credentials_.access_token.reveal());
  request.body += '}';
  request.secret = credentials_.access_token;
  request.read = read_platform_token;
  request.refusal = vidm_refusal;
  request.are_words_shown = true;
  return fetch(request);
}

}  // namespace

std::unique_ptr<Login> make_password_login(PasswordCredentials credentials) {
  return std::make_unique<PasswordLogin>(std::move(credentials));
}

std::unique_ptr<Login> make_vidm_login(VidmCredentials credentials) {
  return std::make_unique<VidmLogin>(std::move(credentials));
}

}  // namespace vrni2syslog
