#pragma once

#include "base/secret.h"
#include "transport/contract/kafka_options.h"

#include <chrono>
#include <memory>
#include <optional>
#include <string>
#include <string_view>

namespace vrni2syslog {

/// What to do about a login that a broker refuses: the end of a message.
[[nodiscard]] std::string login_remedy(SaslMechanism sasl, bool has_token_command);

/// A token of a login, and how long it is valid from now on.
struct LoginToken {
  Secret text;
  std::chrono::seconds life{0};
};

/// The command that prints the token of a login (--collector-token-command). It runs in the
/// background; this object belongs to one thread.
class TokenCommand {
 public:
  /// `command` is for /bin/sh. `event` is an eventfd, of which a copy is kept: it becomes readable
  /// when take() has something to tell. Throws Error(CannotCreate) if the system lacks descriptors.
  TokenCommand(std::string command, int event);
  TokenCommand(const TokenCommand&) = delete;
  TokenCommand& operator=(const TokenCommand&) = delete;
  /// Ends the command, without waiting for it.
  ~TokenCommand();

  /// Runs the command, unless it runs.
  void start();
  /// The token that the command has printed: once, and nullopt before. Throws Error(LoginRefused),
  /// also once, if it could not be run, has failed, has taken more than a minute, or has printed no
  /// token.
  [[nodiscard]] std::optional<LoginToken> take();

 private:
  struct State;

  std::shared_ptr<State> state_;  ///< the thread that runs the command has it, too
};

/// The token in what a command has printed: the first line, and on the second one, if it is there,
/// the seconds for which the token is valid, as in `expires_in` of OAuth 2.0 (RFC 6749, section
/// 5.1); otherwise it is taken to be valid for five minutes. Throws Error(LoginRefused).
[[nodiscard]] LoginToken read_token(std::string_view output);

}  // namespace vrni2syslog
