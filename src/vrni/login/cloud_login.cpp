#include "base/error.h"
#include "base/text/ascii.h"
#include "base/text/number.h"
#include "json/records.h"
#include "vrni/login/login.h"

#include <fmt/format.h>

#include <utility>

namespace vrni2syslog {
namespace {

/// Appends a value of a form (application/x-www-form-urlencoded).
void append_form_value(std::string& out, std::string_view value) {
  for (const char c : value) {
    if (is_alphanumeric(c) || c == '-' || c == '.' || c == '_' || c == '~') {
      out += c;
    } else {
      fmt::format_to(std::back_inserter(out), "%{:02X}", static_cast<unsigned char>(c));
    }
  }
}

[[nodiscard]] std::optional<std::chrono::milliseconds> life_of(std::string_view expires_in) {
  const auto seconds = parse_integral(expires_in);
  if (!seconds || *seconds <= 0 || *seconds > std::chrono::seconds(kLongestTokenLife).count())
    return std::nullopt;
  return std::chrono::seconds(*seconds);
}

[[nodiscard]] Outcome read_access_token(std::string& body, WallTime /*now*/, Token& token) {
  JsonRecords answer("");
  if (Outcome read = read_records(body, answer); !read) return read;
  token.life = life_of(answer.text("expires_in"));
  return set_text(token, answer.text("access_token"));
}

[[nodiscard]] std::string describe_console_refusal(int status) {
  return fmt::format(
      "the Cloud Services console refuses the API token ({}): it may have expired or been revoked; "
      "make another in the console, under My Account, API Tokens",
      status);
}

class CloudLogin final : public Login {
 public:
  /// `console` is the connection to the console.
  CloudLogin(CloudCredentials credentials, std::unique_ptr<HttpClient> console)
      : credentials_(std::move(credentials)), console_(std::move(console)) {}

  [[nodiscard]] std::string account() const override;
  [[nodiscard]] Token obtain(const TokenFetcher& fetch) override;
  [[nodiscard]] std::string header(const Token& token) const override;
  [[nodiscard]] std::string refused_token() const override;

 private:
  CloudCredentials credentials_;
  std::unique_ptr<HttpClient> console_;
};

std::string CloudLogin::account() const {
  return fmt::format("API token of the cloud service ({})", printable(credentials_.console_host));
}

Token CloudLogin::obtain(const TokenFetcher& fetch) {
  TokenRequest request;
  request.server = console_.get();
  request.url = credentials_.exchange_url;
  request.content_type = "application/x-www-form-urlencoded";
  // The token goes into the body, since proxies and servers write URLs into their logs.
  request.body = "refresh_token=";
  append_form_value(request.body, credentials_.api_token.reveal());
  request.secret = credentials_.api_token;
  request.read = read_access_token;
  request.refusal = describe_console_refusal;
  return fetch(request);
}

std::string CloudLogin::header(const Token& token) const {
  return fmt::format("csp-auth-token: {}", token.text.reveal());
}

std::string CloudLogin::refused_token() const {
  return "the cloud service refuses the access token that the console has just given (401): is it "
         "the right region (--cloud-location), and does the API token carry a role for Network "
         "Insight?";
}

}  // namespace

std::unique_ptr<Login> make_cloud_login(CloudCredentials credentials,
                                        std::unique_ptr<HttpClient> console) {
  return std::make_unique<CloudLogin>(std::move(credentials), std::move(console));
}

}  // namespace vrni2syslog
