#include "app/settings/system_facts.h"

#include "app/settings/secrets.h"
#include "base/file_trust.h"

#include <optional>
#include <string_view>
#include <sys/stat.h>
#include <system_error>

namespace vrni2syslog {
namespace {

namespace fs = std::filesystem;

constexpr const char* kSystemDirectory = "/var/lib/vrni2syslog";

/// The directory of the XDG base directory specification; empty without a home.
[[nodiscard]] fs::path state_directory_at_home(const Environment& environment) {
  // The specification says that a relative path is to be ignored.
  const fs::path state_home = environment.find("XDG_STATE_HOME").value_or("");
  if (state_home.is_absolute()) return state_home / "vrni2syslog";
  const fs::path home = environment.find("HOME").value_or("");
  return home.is_absolute() ? home / ".local/state/vrni2syslog" : fs::path();
}

[[nodiscard]] bool belongs_to(uid_t user, const fs::path& directory) {
  struct stat status {};
  return ::stat(directory.c_str(), &status) == 0 && status.st_uid == user;
}

/// Where systemd says; otherwise in /var/lib for root and for the user of the service, so that a
/// run by hand goes on where the service was; otherwise at home.
[[nodiscard]] fs::path default_state_directory(const Environment& environment, uid_t user) {
  const std::string of_systemd = environment.find("STATE_DIRECTORY").value_or("");
  // Of several directories of the unit, the first.
  fs::path first = of_systemd.substr(0, of_systemd.find(':'));
  if (first.is_absolute()) return first;
  if (user == kRoot) return kSystemDirectory;
  fs::path at_home = state_directory_at_home(environment);
  std::error_code ignored;
  const bool is_of_service = belongs_to(user, kSystemDirectory) && !fs::exists(at_home, ignored);
  return is_of_service ? kSystemDirectory : at_home;
}

[[nodiscard]] std::optional<fs::path> find_credential(const fs::path& directory,
                                                      std::string_view name) {
  // With "_" systemd names the files of a directory that the unit loads as "vrni2syslog".
  for (const std::string_view prefix : {"vrni2syslog.", "vrni2syslog_", ""}) {
    fs::path path = directory / std::string(prefix).append(name);
    std::error_code ignored;
    if (fs::status(path, ignored).type() != fs::file_type::not_found) return path;
  }
  return std::nullopt;
}

/// The passwords in the addresses of all proxies that libcurl may use.
[[nodiscard]] std::vector<Secret> find_proxy_passwords(const Environment& environment) {
  std::vector<std::string> addresses = environment.https_proxies();
  // For collectors of cfapi+http://. libcurl does not read it in capitals.
  addresses.push_back(environment.find("http_proxy").value_or(""));
  std::vector<Secret> passwords;
  for (const std::string& address : addresses) {
    // The password may hold any character, even if it should have been encoded.
    const std::size_t host = address.rfind('@');
    if (host == std::string::npos) continue;
    const std::size_t scheme = address.find("://");
    const std::size_t user = scheme == std::string::npos ? 0 : scheme + 3;
    const std::size_t colon = address.find(':', user);
    if (colon < host) passwords.emplace_back(address.substr(colon + 1, host - colon - 1));
  }
  return passwords;
}

}  // namespace

SystemFacts find_system_facts(const Environment& environment, uid_t user, UnixSeconds now) {
  SystemFacts facts{
      now, default_state_directory(environment, user), {}, find_proxy_passwords(environment)};
  const std::string directory = environment.find("CREDENTIALS_DIRECTORY").value_or("");
  if (directory.empty()) return facts;
  for (const SecretKind* kind : kSecretKinds) {
    if (const auto path = find_credential(directory, kind->credential)) {
      facts.credentials.emplace(kind->credential, *path);
    }
  }
  return facts;
}

}  // namespace vrni2syslog
