#include "transport/kafka/kafka_login.h"

#include "base/error.h"
#include "base/file.h"
#include "base/run_limits.h"
#include "base/secret_file.h"
#include "base/shell_command.h"
#include "base/text/number.h"
#include "transport/kafka/background_call.h"
#include "transport/net/wake_event.h"

#include <fmt/format.h>

#include <array>
#include <cstddef>
#include <cstdint>
#include <exception>
#include <mutex>
#include <stop_token>
#include <string_view>
#include <system_error>
#include <utility>

namespace vrni2syslog {
namespace {

// Messages name the option, since the command itself may hold a secret.
constexpr std::string_view kTokenCommandOption = "--collector-token-command";
/// Of a token that does not say it. Those of most servers are valid for longer.
constexpr std::chrono::seconds kUsualLife{300};
/// What librdkafka believes of a token of which only the broker knows how long it is valid: it asks
/// for the same one again.
constexpr std::chrono::hours kTokenLife{1};
constexpr std::size_t kTokenErrorBytes = 512;
/// Older ones repeat the client's nonce, which Kafka 4 takes for a fraud.
constexpr int kScramMended = 0x020601ff;

}  // namespace

std::string login_remedy(SaslMechanism sasl, bool has_token_command) {
  if (has_token_command) return "check ?sasl= and --collector-token-command";
  if (sasl == SaslMechanism::OauthBearer) return "check ?sasl= and --collector-password-file";
  const bool is_scram = sasl == SaslMechanism::ScramSha256 || sasl == SaslMechanism::ScramSha512;
  return fmt::format(
      "check ?sasl=, ?user= and --collector-password-file{}",
      is_scram && rd_kafka_version() < kScramMended
          ? fmt::format("; librdkafka before 2.6.1, such as {} here, cannot log in by SCRAM to "
                        "Kafka 4 or later",
                        rd_kafka_version_str())
          : std::string());
}

LoginToken read_token(std::string_view output) {
  LoginToken token{.text = Secret(std::string(first_line(output))), .life = kUsualLife};
  if (token.text.empty())
    throw Error(Fault::LoginRefused, "the command prints no token on its first line");
  const std::size_t end = output.find('\n');
  if (end == std::string_view::npos) return token;
  const std::string_view life = first_line(output.substr(end + 1));
  if (life.empty()) return token;
  const auto seconds = parse_whole<std::uint32_t>(life);
  if (!seconds || *seconds == 0) {
    throw Error(Fault::LoginRefused,
                "the second line that the command prints is not the number of seconds for which "
                "the token is valid");
  }
  token.life = std::chrono::seconds(*seconds);
  return token;
}

struct TokenCommand::State {
  State(std::string text, int event) : wake(copy_wake_event(event)) {
    command.text = std::move(text);
    command.failure = Fault::LoginRefused;
  }

  void run() noexcept;
  void set(std::optional<LoginToken> found, std::optional<Error> problem);

  ShellCommand command;
  std::stop_source stop;
  FileDescriptor wake;

  std::mutex mutex;  ///< of what follows
  bool is_running = false;
  std::optional<LoginToken> token;
  std::optional<Error> failure;
};

void TokenCommand::State::run() noexcept {
  RunLimits limits;
  limits.stop = stop.get_token();
  try {
    const Secret output(output_of(command, system_clock(), limits));
    set(read_token(output.reveal()), std::nullopt);
  } catch (const Error& error) {
    set(std::nullopt, error.within(kTokenCommandOption));
  } catch (const std::exception& error) {
    set(std::nullopt, Error(Fault::LoginRefused, error.what()).within(kTokenCommandOption));
  }
}

void TokenCommand::State::set(std::optional<LoginToken> found, std::optional<Error> problem) {
  const std::lock_guard lock(mutex);
  is_running = false;
  token = std::move(found);
  failure = std::move(problem);
  raise_wake_event(wake.get());
}

TokenCommand::TokenCommand(std::string command, int event)
    : state_(std::make_shared<State>(std::move(command), event)) {}

TokenCommand::~TokenCommand() {
  state_->stop.request_stop();
}

void TokenCommand::start() {
  {
    const std::lock_guard lock(state_->mutex);
    if (std::exchange(state_->is_running, true)) return;
  }
  try {
    run_in_background([state = state_] { state->run(); });
  } catch (const std::system_error& error) {
    state_->set(std::nullopt, Error(Fault::LoginRefused, error.what()).within(kTokenCommandOption));
  }
}

std::optional<LoginToken> TokenCommand::take() {
  const std::lock_guard lock(state_->mutex);
  if (const auto failure = std::exchange(state_->failure, std::nullopt)) throw Error(*failure);
  return std::exchange(state_->token, std::nullopt);
}

KafkaLogin::KafkaLogin(SaslMechanism sasl, const CollectorOptions& options, int event)
    : sasl_(sasl), password_(options.password), redactor_({options.password}) {
  if (sasl_ == SaslMechanism::OauthBearer && !options.token_command.empty())
    token_command_.emplace(options.token_command, event);
  remedy_ = login_remedy(sasl_, token_command_.has_value());
}

Secret KafkaLogin::password() const {
  const bool has_password = sasl_ != SaslMechanism::None && sasl_ != SaslMechanism::OauthBearer;
  return has_password ? password_ : Secret();
}

bool KafkaLogin::refresh_token(rd_kafka_t* client) {
  if (token_command_) {
    token_command_->start();
    return false;
  }
  use_token(client, {.text = password_, .life = kTokenLife});
  return true;
}

bool KafkaLogin::take_token(rd_kafka_t* client) {
  if (!token_command_) return false;
  try {
    std::optional<LoginToken> token = token_command_->take();
    if (!token) return false;
    redactor_.add(token->text);
    use_token(client, *std::move(token));
    return true;
  } catch (const Error& error) {
    // The library tells it as an error of the login, and soon asks again.
    rd_kafka_oauthbearer_set_token_failure(client, error.what());
    return false;
  }
}

void KafkaLogin::share_token(rd_kafka_t* client) const {
  if (token_) set_token(client, *token_);
}

void KafkaLogin::use_token(rd_kafka_t* client, LoginToken token) {
  token_ = std::move(token);
  set_token(client, *token_);
}

void KafkaLogin::set_token(rd_kafka_t* client, const LoginToken& token) const {
  std::array<char, kTokenErrorBytes> error{};
  const auto end = std::chrono::system_clock::now() + token.life;
  const auto end_ms = std::chrono::floor<std::chrono::milliseconds>(end).time_since_epoch().count();
  std::string text(token.text.reveal());
  const rd_kafka_resp_err_t result = rd_kafka_oauthbearer_set_token(
      client, text.c_str(), end_ms, "vrni2syslog", nullptr, 0, error.data(), error.size());
  wipe(text);
  if (result == RD_KAFKA_RESP_ERR_NO_ERROR) return;
  // The library tells it as an error of the login.
  rd_kafka_oauthbearer_set_token_failure(
      client, token_command_ ? "the token of --collector-token-command is not fit for a token"
                             : "the token of --collector-password-file is not fit for a token");
}

}  // namespace vrni2syslog
