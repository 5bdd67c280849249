#pragma once

#include "app/setup/setup_conversation.h"

#include <filesystem>
#include <optional>
#include <string>
#include <string_view>
#include <sys/types.h>
#include <vector>

namespace vrni2syslog {

/// Where the secret of a configuration file is written: "main.password" beside "main.conf".
[[nodiscard]] std::filesystem::path secret_file_beside(const std::filesystem::path& config_file,
                                                       const SecretKind& kind);

/// Throws Error(CannotCreate) if the configuration file or one of its secrets is there already: a
/// setup changes nothing that somebody has written.
void require_new_files(const std::filesystem::path& config_file);

/// Writes the secrets and then the configuration file, in a directory that is made if it is not
/// there. All of them are for their owner alone; or, if there is a `group`, for that group to read.
/// Throws Error(CannotCreate), also for a file that has come meanwhile, or Error(CannotWrite).
void write_setup_files(const std::filesystem::path& config_file, std::string_view config_text,
                       const std::vector<SetupSecret>& secrets, std::optional<gid_t> group);

/// The user that the packages make for the service.
struct ServiceUser {
  std::string name;
  uid_t id;
  gid_t group;
};

/// The user of the service if this process, of the user `self`, can act for it; nullopt if there is
/// none, and for everybody but root.
[[nodiscard]] std::optional<ServiceUser> find_service_user(uid_t self);

}  // namespace vrni2syslog
