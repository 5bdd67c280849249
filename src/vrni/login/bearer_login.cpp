#include "base/error.h"
#include "base/secret_file.h"
#include "base/shell_command.h"
#include "vrni/login/login.h"

#include <fmt/format.h>

#include <utility>

namespace vrni2syslog {
namespace {

// Messages name the option, since the command itself may hold a secret.
constexpr std::string_view kCommandOption = "--bearer-token-command";

[[nodiscard]] Secret token_of_command(const std::string& text, const Clock& clock,
                                      const RunLimits& limits) {
  ShellCommand command;
  command.text = text;
  command.failure = Fault::LoginRefused;
  const Secret output(output_of(command, clock, limits));
  return Secret(std::string(first_line(output.reveal())));
}

/// Whether a text is an answer that holds a token, and not the token itself: JSON, or a page. No
/// token begins so (RFC 6750, 2.1).
[[nodiscard]] bool is_whole_answer(std::string_view text) {
  constexpr std::string_view kFirstOfAnswers = "{[\"<";
  return kFirstOfAnswers.find(text.front()) != std::string_view::npos;
}

class BearerLogin final : public Login {
 public:
  /// `clock` must outlive it; it and `limits` bound the command.
  BearerLogin(BearerCredentials credentials, const Clock& clock, RunLimits limits)
      : credentials_(std::move(credentials)), clock_(clock), limits_(std::move(limits)) {}

  [[nodiscard]] std::string account() const override;
  /// Reads the file or runs the command. Throws Error(Configuration) for a file,
  /// Error(LoginRefused) for a command that gives no token.
  [[nodiscard]] Token obtain(const TokenFetcher& fetch) override;
  [[nodiscard]] std::string header(const Token& token) const override;
  [[nodiscard]] std::string refused_token() const override;

 private:
  [[nodiscard]] Secret read_token() const;

  BearerCredentials credentials_;
  const Clock& clock_;
  RunLimits limits_;
};

std::string BearerLogin::account() const {
  if (credentials_.command.empty()) {
    return fmt::format("bearer token of {}", printable(credentials_.file.string()));
  }
  return fmt::format("bearer token of {}", kCommandOption);
}

Secret BearerLogin::read_token() const {
  if (credentials_.command.empty()) {
    return read_secret_file(credentials_.file, "the bearer token",
                            {.time = kFileReadTime, .stop = limits_.stop}, credentials_.trust);
  }
  try {
    return token_of_command(credentials_.command, clock_, limits_);
  } catch (const Error& error) {
    throw error.within(kCommandOption);
  }
}

Token BearerLogin::obtain(const TokenFetcher& /*fetch*/) {
  Token token;
  const Secret text = read_token();
  if (text.empty()) {
    throw Error(Fault::LoginRefused,
                fmt::format("{}: the command prints no token on its first line", kCommandOption));
  }
  if (is_whole_answer(text.reveal())) {
    throw Error(Fault::Configuration,
                fmt::format("{}: this is JSON or a page, and not the token alone, which is what is "
                            "sent; for example, jq -r .access_token takes it out",
                            account()));
  }
  if (const Outcome set = set_text(token, text.reveal()); !set)
    throw Error(Fault::Configuration, fmt::format("{}: {}", account(), set.problem()));
  return token;
}

std::string BearerLogin::header(const Token& token) const {
  return fmt::format("Authorization: Bearer {}", token.text.reveal());
}

std::string BearerLogin::refused_token() const {
  return fmt::format(
      "the platform refuses the {} (401), also after it was read again: has it expired, and is it "
      "one of VCF Operations for this platform? Versions before 9.1 take none",
      account());
}

}  // namespace

std::unique_ptr<Login> make_bearer_login(BearerCredentials credentials, const Clock& clock,
                                         RunLimits limits) {
  return std::make_unique<BearerLogin>(std::move(credentials), clock, std::move(limits));
}

}  // namespace vrni2syslog
