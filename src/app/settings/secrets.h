#pragma once

#include "app/options/option_values.h"
#include "app/settings/system_facts.h"
#include "base/file.h"
#include "base/secret.h"
#include "transport/contract/endpoint.h"

#include <filesystem>
#include <functional>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace vrni2syslog {

/// Asks a person for a secret; nullopt if there is nobody to ask.
using SecretPrompt = std::function<std::optional<Secret>(const std::string& question)>;

/// One kind of secret, and the ways to give it.
struct SecretKind {
  std::string_view noun;        ///< for messages: "password"
  std::string_view article;     ///< "a" or "an"
  std::optional<Option> value;  ///< the option that holds it; nullopt if there is no such option
  Option file;                  ///< the option that names a file whose first line holds it
  /// Its name among systemd's credentials, also after "vrni2syslog." or "vrni2syslog_".
  std::string_view credential;
};

inline constexpr SecretKind kPassword{"password", "a", Option::Password, Option::PasswordFile,
                                      "password"};
inline constexpr SecretKind kVidmToken{"vIDM access token", "a", Option::VidmToken,
                                       Option::VidmTokenFile, "vidm-token"};
inline constexpr SecretKind kApiToken{"API token", "an", Option::ApiToken, Option::ApiTokenFile,
                                      "api-token"};
inline constexpr SecretKind kBearerToken{"bearer token", "a", std::nullopt, Option::BearerTokenFile,
                                         "bearer-token"};

inline constexpr SecretKind kCollectorPassword{"password for the collector", "a",
                                               Option::CollectorPassword,
                                               Option::CollectorPasswordFile, "collector-password"};
/// The same for collectors whose accounts have tokens.
inline constexpr SecretKind kCollectorToken{"token for the collector", "a",
                                            kCollectorPassword.value, kCollectorPassword.file,
                                            kCollectorPassword.credential};

inline constexpr SecretKind kManifestKey{"manifest key", "a", std::nullopt, Option::ManifestKey,
                                         "manifest-key"};
inline constexpr SecretKind kPreviousManifestKey{"previous manifest key", "a", std::nullopt,
                                                 Option::PreviousManifestKey,
                                                 "previous-manifest-key"};

/// All of them. Systemd's credentials are looked for by these.
inline constexpr const SecretKind* kSecretKinds[] = {
    &kPassword,          &kVidmToken,   &kApiToken,           &kBearerToken,
    &kCollectorPassword, &kManifestKey, &kPreviousManifestKey};

/// Sources of secrets besides the options, the list that receives warnings about unsafe places, and
/// how long the writer of a pipe is waited for.
struct SecretContext {
  const SystemFacts& facts;
  const SecretPrompt& prompt;
  std::vector<std::string>& warnings;
  FileWait wait{};
};

/// Reads a secret: the value or the file that command line, environment or configuration file give;
/// otherwise the systemd credential; otherwise what the prompt answers to `question`. Adds to the
/// warnings what endangers the secret. Throws Error(Usage) that names all ways if there is none,
/// Error(Configuration) for a file that cannot be read, and what read_file() throws if a stop is
/// requested.
[[nodiscard]] Secret find_secret(const SecretKind& kind, const OptionValues& values,
                                 const std::string& question, const SecretContext& context);

/// The file of a secret that is read whenever it is needed: that of the option, otherwise the
/// systemd credential. Empty if there is neither.
[[nodiscard]] std::filesystem::path secret_file(const SecretKind& kind, const OptionValues& values,
                                                const SystemFacts& facts);

/// Reads the secret_file() as a trial. Warns and throws as find_secret() does.
void require_secret_file(const SecretKind& kind, const OptionValues& values,
                         const SecretContext& context);

/// The whole content of the secret_file() of a key in PEM, which must be named. Warns and throws as
/// find_secret() does.
[[nodiscard]] Secret read_key_file(const SecretKind& kind, const OptionValues& values,
                                   const SecretContext& context);

/// Warns of files that others can read although they hold secrets that are read elsewhere: the keys
/// of the collectors' TLS, and a configuration file with a command that prints tokens.
void warn_of_readable_files(const OptionValues& values,
                            const std::vector<CollectorAddress>& collectors,
                            std::vector<std::string>& warnings);

}  // namespace vrni2syslog
