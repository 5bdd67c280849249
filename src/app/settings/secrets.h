#pragma once

#include "app/options/environment.h"
#include "app/options/option_values.h"
#include "base/secret.h"

#include <filesystem>
#include <functional>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace vrni2syslog {

/// Asks a person for a secret; nothing where nobody is there to ask.
using SecretPrompt = std::function<std::optional<Secret>(const std::string& question)>;

/// One kind of secret, and the ways to give it.
struct SecretKind {
  std::string_view noun;        ///< for messages: "password"
  std::string_view article;     ///< "a" or "an"
  std::optional<Option> value;  ///< the option that holds it; none where there is no such option
  Option file;                  ///< the option that names a file whose first line it is
  std::string_view credential;  ///< its name among systemd's credentials, also after "vrni2syslog."
};

inline constexpr SecretKind kPassword{"password", "a", Option::Password, Option::PasswordFile,
                                      "password"};
inline constexpr SecretKind kVidmToken{"vIDM access token", "a", Option::VidmToken,
                                       Option::VidmTokenFile, "vidm-token"};
inline constexpr SecretKind kApiToken{"API token", "an", Option::ApiToken, Option::ApiTokenFile,
                                      "api-token"};
inline constexpr SecretKind kBearerToken{"bearer token", "a", std::nullopt, Option::BearerTokenFile,
                                         "bearer-token"};

/// Where secrets are looked for besides the options, and what was found wrong with their places.
struct SecretContext {
  const Environment& environment;
  const SecretPrompt& prompt;
  std::vector<std::string>& warnings;
};

/// The file of a systemd credential in $CREDENTIALS_DIRECTORY, if there is one.
[[nodiscard]] std::optional<std::filesystem::path> find_credential(const SecretKind& kind,
                                                                   const Environment& environment);

/// A secret: the value or the file from the command line, the environment or the configuration
/// file, else the systemd credential, else what the prompt answers to `question`. Adds to the
/// warnings what endangers it. Throws Error(Usage) naming all ways where there is none,
/// Error(Configuration) for a file that cannot be read.
[[nodiscard]] Secret find_secret(const SecretKind& kind, const OptionValues& values,
                                 const std::string& question, const SecretContext& context);

/// The file that holds a secret which is read when it is needed: that of the option, else the
/// systemd credential. Tries to read it; warns and throws as find_secret() does.
[[nodiscard]] std::filesystem::path find_secret_file(const SecretKind& kind,
                                                     const OptionValues& values,
                                                     const SecretContext& context);

}  // namespace vrni2syslog
