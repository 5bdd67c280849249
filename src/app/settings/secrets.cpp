#include "app/settings/secrets.h"

#include "app/options/config_file.h"
#include "app/options/option_names.h"
#include "base/secret_file.h"

#include <fmt/format.h>

#include <sys/stat.h>

namespace vrni2syslog {
namespace {

[[nodiscard]] Secret read_file_of(const SecretKind& kind, const std::filesystem::path& path,
                                  const OptionValues& values, const std::stop_token& stop) {
  require_own_file(path, values);
  return read_secret_file(path, fmt::format("the {}", kind.noun), stop, file_trust_of(values));
}

void warn_if_others_can_read(const SecretKind& kind, const std::filesystem::path& path,
                             std::vector<std::string>& warnings) {
  struct stat status {};
  if (::stat(path.c_str(), &status) != 0 || !S_ISREG(status.st_mode)) return;
  if ((status.st_mode & (S_IRGRP | S_IROTH)) == 0) return;
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
  if (values.is_given(kind.file)) {
    warn_if_others_can_read(kind, values.text(kind.file), context.warnings);
    return values.parse(kind.file, [&](std::string_view path) {
      return read_file_of(kind, path, values, context.stop);
    });
  }
  const std::filesystem::path path = secret_file(kind, values, context.facts);
  if (!path.empty()) return read_file_of(kind, path, values, context.stop);
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
  const std::filesystem::path path = secret_file(kind, values, context.facts);
  if (path.empty()) throw missing(kind);
  if (values.is_given(kind.file)) {
    warn_if_others_can_read(kind, path, context.warnings);
    (void)values.parse(kind.file, [&](std::string_view text) {
      return read_file_of(kind, text, values, context.stop);
    });
  } else {
    (void)read_file_of(kind, path, values, context.stop);
  }
}

}  // namespace vrni2syslog
