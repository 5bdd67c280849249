#include "app/settings/secrets.h"

#include "app/options/config_file.h"
#include "app/options/option_names.h"
#include "base/file_trust.h"
#include "base/secret_file.h"

#include <fmt/format.h>

#include <set>
#include <sys/stat.h>

namespace vrni2syslog {
namespace {

// Secrets that are not read here.
constexpr SecretKind kPrivateKey{"private key", "a", std::nullopt, Option::CollectorKey, ""};
constexpr SecretKind kTokenCommand{"command for tokens", "a", Option::BearerTokenCommand,
                                   Option::BearerTokenFile, ""};

/// As for PostgreSQL's private keys: root has chosen the group of a file that belongs to root, so
/// that the members, such as a service's user, can read it. Everybody else's file is for the owner.
[[nodiscard]] bool others_can_read(const struct stat& status) {
  return (status.st_mode & (status.st_uid == kRoot ? S_IROTH : S_IRGRP | S_IROTH)) != 0;
}

void warn_if_others_can_read(const SecretKind& kind, const std::filesystem::path& path,
                             std::vector<std::string>& warnings) {
  struct stat status {};
  if (::stat(path.c_str(), &status) != 0 || !S_ISREG(status.st_mode)) return;
  if (!others_can_read(status)) return;
  warnings.push_back(fmt::format("{} holds {} {} and can be read by {}; run: chmod 600 {}",
                                 printable(path.string()), kind.article, kind.noun,
                                 (status.st_mode & S_IROTH) != 0 ? "every user" : "its group",
                                 printable(path.string())));
}

/// The configuration file of "/etc/x.conf:7: password".
[[nodiscard]] std::string file_of(const std::string& origin) {
  return origin.substr(0, origin.rfind(':', origin.rfind(':') - 1));
}

[[nodiscard]] Secret given_value(const SecretKind& kind, const GivenOption& given,
                                 std::vector<std::string>& warnings) {
  if (given.source == OptionSource::CommandLine) {
    warnings.push_back(
        fmt::format("--{} can be seen in the process list and in the shell's history; better give "
                    "--{} FILE",
                    info_of(given.option).name, info_of(kind.file).name));
  } else if (given.source == OptionSource::ConfigFile) {
    warn_if_others_can_read(kind, file_of(given.origin), warnings);
  }
  return Secret(given.value);
}

/// What `read` makes of the secret_file(), which must be named.
[[nodiscard]] Secret read_by(const std::function<Secret(const std::filesystem::path&)>& read,
                             const SecretKind& kind, const OptionValues& values,
                             const SecretContext& context) {
  const std::filesystem::path path = secret_file(kind, values, context.facts);
  const auto read_own = [&](std::string_view) {
    require_own_file(path, values);
    return read(path);
  };
  if (!values.is_given(kind.file)) return read_own({});
  warn_if_others_can_read(kind, path, context.warnings);
  return values.parse(kind.file, read_own);
}

/// The first line of the secret_file(), which must be named.
[[nodiscard]] Secret read_line(const SecretKind& kind, const OptionValues& values,
                               const SecretContext& context) {
  const auto read = [&](const std::filesystem::path& path) {
    return read_secret_file(path, fmt::format("the {}", kind.noun), context.wait,
                            file_trust_of(values));
  };
  return read_by(read, kind, values, context);
}

[[nodiscard]] Error missing(const SecretKind& kind) {
  const std::string_view file = info_of(kind.file).name;
  if (!kind.value) {
    return Error(Fault::Usage, fmt::format("no {}: give --{} FILE, or pass the systemd credential "
                                           "'vrni2syslog.{}'",
                                           kind.noun, file, kind.credential));
  }
  return Error(
      Fault::Usage,
      fmt::format("no {}: give --{} FILE, set {}, pass the systemd credential "
                  "'vrni2syslog.{}', or run on a terminal to be asked for it",
                  kind.noun, file, environment_name(info_of(*kind.value)), kind.credential));
}

}  // namespace

Secret find_secret(const SecretKind& kind, const OptionValues& values, const std::string& question,
                   const SecretContext& context) {
  const bool has_value = kind.value && values.is_given(*kind.value);
  if (has_value && values.is_given(kind.file)) {
    throw values.error(*kind.value, fmt::format("{} is given too; one of them is enough",
                                                values.origin(kind.file)));
  }
  if (has_value) return given_value(kind, values.of(*kind.value).back(), context.warnings);
  if (!secret_file(kind, values, context.facts).empty()) return read_line(kind, values, context);
  std::optional<Secret> answer = context.prompt(question);
  if (answer && !answer->empty()) return *answer;
  throw missing(kind);
}

std::filesystem::path secret_file(const SecretKind& kind, const OptionValues& values,
                                  const SystemFacts& facts) {
  if (values.is_given(kind.file)) return values.text(kind.file);
  const auto credential = facts.credentials.find(kind.credential);
  return credential == facts.credentials.end() ? std::filesystem::path() : credential->second;
}

void require_secret_file(const SecretKind& kind, const OptionValues& values,
                         const SecretContext& context) {
  if (secret_file(kind, values, context.facts).empty()) throw missing(kind);
  static_cast<void>(read_line(kind, values, context));
}

Secret read_key_file(const SecretKind& kind, const OptionValues& values,
                     const SecretContext& context) {
  constexpr std::size_t kMaxKeyBytes = 16'384;
  const auto read = [&](const std::filesystem::path& path) {
    return Secret(
        read_file(path, kMaxKeyBytes, Fault::Configuration, file_trust_of(values), context.wait));
  };
  return read_by(read, kind, values, context);
}

void warn_of_readable_files(const OptionValues& values,
                            const std::vector<CollectorAddress>& collectors,
                            std::vector<std::string>& warnings) {
  for (const Option option : {Option::BearerTokenCommand, Option::CollectorTokenCommand}) {
    if (!values.is_given(option)) continue;
    const GivenOption& command = values.of(option).back();
    if (command.source == OptionSource::ConfigFile)
      warn_if_others_can_read(kTokenCommand, file_of(command.origin), warnings);
  }
  std::set<std::filesystem::path> keys;
  for (const CollectorAddress& address : collectors) {
    for (const Endpoint& endpoint : address) {
      // A certificate's file may hold the key, too.
      const TlsSettings& tls = endpoint.tls;
      keys.insert(tls.key_file.empty() ? tls.certificate_file : tls.key_file);
    }
  }
  for (const std::filesystem::path& key : keys) warn_if_others_can_read(kPrivateKey, key, warnings);
}

}  // namespace vrni2syslog
