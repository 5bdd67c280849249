#pragma once

#include "base/clock.h"
#include "base/outcome.h"
#include "base/run_limits.h"
#include "base/secret.h"
#include "http/http_client.h"
#include "vrni/login/credentials.h"
#include "vrni/login/token.h"

#include <cstdint>
#include <functional>
#include <memory>
#include <string>
#include <string_view>

namespace vrni2syslog {

/// A call that asks for a token. It holds a secret.
struct TokenRequest {
  TokenRequest() = default;
  TokenRequest(const TokenRequest&) = default;
  TokenRequest& operator=(const TokenRequest&) = default;
  ~TokenRequest() { wipe(body); }

  HttpClient* server = nullptr;  ///< the server that gives tokens; null for the platform itself
  std::string url;               ///< absolute, or the platform's operation: "/auth/token"
  std::string_view content_type = "application/json";
  std::string body;
  /// The secret in the body. It is hidden in messages about the answer, which may repeat it.
  Secret secret;
  /// Reads the token from the body of the answer, which it overwrites.
  Outcome (*read)(std::string& body, WallTime now, Token& token) = nullptr;
  /// The message for a request that is refused with an HTTP status.
  std::function<std::string(int status)> refusal;
  /// Whether the server's own words about a refusal are shown, too, with the secret hidden.
  bool are_words_shown = false;
};

/// Sends a request for a token, again if that may help. Throws the error of a failed login.
using TokenFetcher = std::function<Token(const TokenRequest&)>;

/// One way to log in: where its tokens come from, how a call carries one, and what a refusal means.
/// It sends nothing and keeps no token; ApiClient does.
class Login {
 public:
  Login() = default;
  Login(const Login&) = delete;
  Login& operator=(const Login&) = delete;
  virtual ~Login() = default;

  /// The account, or what it logs in with, for messages: "admin@local (LOCAL)", "vIDM access
  /// token".
  [[nodiscard]] virtual std::string account() const = 0;

  /// Gets a fresh token, by `fetch` if a server must be asked for it. Throws what `fetch` throws,
  /// and Error if the token comes from elsewhere and cannot be had.
  [[nodiscard]] virtual Token obtain(const TokenFetcher& fetch) = 0;

  /// The header line with which a call carries the token.
  [[nodiscard]] virtual std::string header(const Token& token) const = 0;

  /// Whether the token must be given back after use, because an account may have only so many.
  [[nodiscard]] virtual bool gives_back() const { return false; }

  /// Whether having a token proves that the platform accepts it: the platform itself has given it.
  [[nodiscard]] virtual bool is_proven_by_token() const { return false; }

  /// The message if the platform refuses a fresh token (401).
  [[nodiscard]] virtual std::string refused_token() const = 0;
};

/// User name and password, checked by the platform (LOCAL) or by a directory (LDAP). The platform
/// gives a token of its own, of which an account may have 100 at a time: it is to be given back.
[[nodiscard]] std::unique_ptr<Login> make_password_login(PasswordCredentials credentials);

/// An access token of VMware Identity Manager, which the platform exchanges for a token of its own,
/// as for a password.
[[nodiscard]] std::unique_ptr<Login> make_vidm_login(VidmCredentials credentials);

/// The cloud service: the Cloud Services console exchanges an API token (in the words of OAuth, a
/// refresh token) for access tokens that live for about half an hour. `console` is the connection
/// to the console.
[[nodiscard]] std::unique_ptr<Login> make_cloud_login(CloudCredentials credentials,
                                                      std::unique_ptr<HttpClient> console);

/// A bearer token that somebody else provides and renews: its file is read, or its command run,
/// again whenever the platform refuses it. `clock`, which must outlive the login, and `limits`
/// bound the command. Login::obtain() throws Error(Configuration) for a file and
/// Error(LoginRefused) for a command that gives no token.
[[nodiscard]] std::unique_ptr<Login> make_bearer_login(BearerCredentials credentials,
                                                       const Clock& clock, RunLimits limits);

}  // namespace vrni2syslog
