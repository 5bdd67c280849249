#pragma once

#include "app/options/environment.h"
#include "base/secret.h"
#include "base/timestamp.h"

#include <filesystem>
#include <map>
#include <string>
#include <sys/types.h>
#include <vector>

namespace vrni2syslog {

/// What settings depend on besides the options. Read once, when the program starts.
struct SystemFacts {
  UnixSeconds now;
  /// Where states are kept if --state-dir is not given; empty if the system names no place.
  std::filesystem::path state_directory;
  /// The files of systemd's credentials, by SecretKind::credential.
  std::map<std::string, std::filesystem::path, std::less<>> credentials;
  /// The passwords in the addresses of proxies (https_proxy and its like).
  std::vector<Secret> proxy_passwords = {};
};

/// `user` is the effective user id of the process.
[[nodiscard]] SystemFacts find_system_facts(const Environment& environment, uid_t user,
                                            UnixSeconds now);

}  // namespace vrni2syslog
