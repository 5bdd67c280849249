#pragma once

#include "base/secret.h"
#include "http/redactor.h"
#include "transport/contract/collector_options.h"
#include "transport/contract/kafka_options.h"

#include <chrono>
#include <librdkafka/rdkafka.h>
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
  /// `command` is for /bin/sh. `event` is a wake event, of which a copy is kept: it is raised when
  /// take() has something to tell. Throws Error(CannotCreate) if the system lacks descriptors.
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

/// How the clients of librdkafka for one collector log in: with a password, which the library is
/// told once, or with tokens, for which it asks. It belongs to one thread.
class KafkaLogin {
 public:
  /// `event` is that of TokenCommand. Throws what TokenCommand() throws.
  KafkaLogin(SaslMechanism sasl, const CollectorOptions& options, int event);

  /// The password to tell the library; empty if it gets tokens, or logs in nowhere.
  [[nodiscard]] Secret password() const;
  /// What to do about a login that a broker refuses: the end of a message.
  [[nodiscard]] const std::string& remedy() const noexcept { return remedy_; }
  /// Hides the password and every token.
  [[nodiscard]] const Redactor& redactor() const noexcept { return redactor_; }

  /// The library has asked for a token. Returns false if there is none before take_token() has
  /// found one.
  [[nodiscard]] bool refresh_token(rd_kafka_t* client);
  /// Gives the library what the command for tokens has come to. Returns whether it is a token.
  [[nodiscard]] bool take_token(rd_kafka_t* client);
  /// Gives another client of the library the token that the first one has, if there is one.
  void share_token(rd_kafka_t* client) const;

 private:
  void use_token(rd_kafka_t* client, LoginToken token);
  void set_token(rd_kafka_t* client, const LoginToken& token) const;

  SaslMechanism sasl_;
  Secret password_;
  Redactor redactor_;
  std::optional<TokenCommand> token_command_;
  std::optional<LoginToken> token_;  ///< the last one
  std::string remedy_;
};

}  // namespace vrni2syslog
