#pragma once

#include "app/options/option_values.h"
#include "app/settings/secrets.h"
#include "base/secret.h"

#include <filesystem>
#include <functional>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace vrni2syslog {

/// How a setup talks to the person in front of it.
struct SetupDialog {
  std::function<void(std::string_view text)> say;
  /// Nullopt if nobody answers any more.
  std::function<std::optional<std::string>(const std::string& question)> ask;
  SecretPrompt ask_secret;
};

/// A secret, and the file that a run will read it from.
struct SetupSecret {
  const SecretKind* kind;
  Secret secret;
  std::filesystem::path file;
};

/// What a setup tries before it writes anything. Each takes the options of the configuration file,
/// and the secrets that are not in their files yet, returns what to show, and throws Error.
struct SetupTrials {
  using Trial = std::function<std::string(const OptionValues& values,
                                          const std::vector<SetupSecret>& secrets)>;

  Trial log_in;           ///< to the platform; nothing is sent to one that cannot be verified
  Trial open_collectors;  ///< connects to each, and sends nothing
};

/// The conversation of --setup: asks for the platform, the account, the collector, and how to trust
/// both, tries every answer, and asks again for what does not work. Writes nothing.
class SetupConversation {
 public:
  /// `config_file` is the file to be written, "/etc/vrni2syslog/main.conf"; those of the secrets
  /// will stand beside it.
  SetupConversation(SetupDialog dialog, SetupTrials trials, std::filesystem::path config_file);

  /// Throws Error(Usage) if nobody answers, Error(LoginRefused) or Error(Refused) if a login is
  /// refused too often, since that may lock the account, and what the trials throw when the run is
  /// stopped.
  void run();

  /// After run(): the content of the configuration file. Holds no secret.
  [[nodiscard]] std::string config_text() const;
  /// After run(): the secrets.
  [[nodiscard]] const std::vector<SetupSecret>& secrets() const noexcept { return secrets_; }

 private:
  void say_that_it_asks(Option peer);
  void ask_platform();
  void ask_account();
  void ask_trust_in_platform();
  void ask_collector();
  void ask_trust_in_collector();
  /// A fingerprint, the path of a file that is there, or nothing.
  [[nodiscard]] std::string ask_trust(std::string_view server);
  void set_up_platform();
  void set_up_collector();

  /// The answer without outer blanks.
  [[nodiscard]] std::string ask(const std::string& question);
  /// Asks until the answer is not empty.
  [[nodiscard]] std::string require(const std::string& question);
  void ask_secret(const SecretKind& kind, const std::string& question);
  void forget_secret(const SecretKind& kind);

  void set(Option option, std::string value);
  void unset(Option option);
  [[nodiscard]] OptionValues values() const { return OptionValues({given_}); }

  SetupDialog dialog_;
  SetupTrials trials_;
  std::filesystem::path config_file_;
  std::vector<GivenOption> given_;
  std::string collector_url_;  ///< as it was typed, without a fingerprint
  std::vector<SetupSecret> secrets_;
};

}  // namespace vrni2syslog
