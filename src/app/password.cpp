#include "app/password.h"

#include "base/file.h"

#include <fmt/format.h>

#include <filesystem>
#include <string_view>
#include <sys/stat.h>

namespace vrni2syslog {
namespace {

constexpr std::size_t kMaxPasswordFileBytes = 64 * 1024;
constexpr std::string_view kCredentials[] = {"vrni2syslog.password", "password"};

constexpr std::string_view kNoPassword =
    "no password: give --password-file FILE, set VRNI2SYSLOG_PASSWORD, pass the systemd credential "
    "'vrni2syslog.password', or run on a terminal to be asked for it";

/// The first line of a file. Editors add a line break, and the script's users a blank line.
[[nodiscard]] Secret read_password(const std::filesystem::path& path) {
  const std::string content = read_file(path, kMaxPasswordFileBytes, ExitStatus::Configuration);
  std::string_view line = std::string_view(content).substr(0, content.find('\n'));
  if (line.ends_with('\r')) line.remove_suffix(1);
  if (line.empty()) {
    throw Error(ExitStatus::Configuration,
                fmt::format("the first line of {} is empty; it must hold the password",
                            printable(path.string())));
  }
  return Secret(std::string(line));
}

void warn_if_others_can_read(const std::filesystem::path& path,
                             std::vector<std::string>& warnings) {
  struct stat status {};
  if (::stat(path.c_str(), &status) != 0 || !S_ISREG(status.st_mode)) return;
  if ((status.st_mode & (S_IRGRP | S_IROTH)) == 0) return;
  warnings.push_back(fmt::format(
      "{} holds a password and can be read by {}; run: chmod 600 {}", printable(path.string()),
      (status.st_mode & S_IROTH) != 0 ? "every user" : "its group", printable(path.string())));
}

[[nodiscard]] std::optional<Secret> read_credential(const Environment& environment) {
  const std::optional<std::string> directory = environment.find("CREDENTIALS_DIRECTORY");
  if (!directory || directory->empty()) return std::nullopt;
  for (const std::string_view name : kCredentials) {
    const std::filesystem::path path = std::filesystem::path(*directory) / name;
    std::error_code ignored;
    if (std::filesystem::status(path, ignored).type() != std::filesystem::file_type::not_found) {
      return read_password(path);
    }
  }
  return std::nullopt;
}

/// The configuration file of "/etc/x.conf:7: password".
[[nodiscard]] std::string file_of(const std::string& origin) {
  return origin.substr(0, origin.rfind(':', origin.rfind(':') - 1));
}

[[nodiscard]] Secret given_password(const GivenOption& given, std::vector<std::string>& warnings) {
  if (given.source == OptionSource::CommandLine) {
    warnings.emplace_back(
        "--password can be seen in the process list and in the shell's history; better give "
        "--password-file FILE");
  } else if (given.source == OptionSource::ConfigFile) {
    warn_if_others_can_read(file_of(given.origin), warnings);
  }
  return Secret(given.value);
}

}  // namespace

Secret find_password(const OptionValues& values, const Environment& environment,
                     const PasswordPrompt& prompt, std::vector<std::string>& warnings) {
  if (values.is_given(Option::Password) && values.is_given(Option::PasswordFile)) {
    throw values.error(Option::Password, fmt::format("{} is given too; one of them is enough",
                                                     values.origin(Option::PasswordFile)));
  }
  if (values.is_given(Option::Password)) {
    return given_password(values.of(Option::Password).back(), warnings);
  }
  if (values.is_given(Option::PasswordFile)) {
    warn_if_others_can_read(values.text(Option::PasswordFile), warnings);
    return values.parse(Option::PasswordFile, read_password);
  }
  if (std::optional<Secret> secret = read_credential(environment)) return *secret;
  std::optional<Secret> answer =
      prompt(fmt::format("Password of {} on {}: ", printable(values.text(Option::Username)),
                         printable(values.text(Option::PlatformIp))));
  if (answer && !answer->empty()) return *answer;
  throw Error(ExitStatus::Usage, std::string(kNoPassword));
}

}  // namespace vrni2syslog
