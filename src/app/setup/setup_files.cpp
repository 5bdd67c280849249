#include "app/setup/setup_files.h"

#include "base/error.h"
#include "base/file.h"
#include "base/file_trust.h"

#include <fmt/format.h>

#include <array>
#include <cerrno>
#include <pwd.h>
#include <string>
#include <sys/stat.h>
#include <system_error>
#include <unistd.h>

namespace vrni2syslog {
namespace {

namespace fs = std::filesystem;

constexpr const char* kServiceUser = "vrni2syslog";
constexpr mode_t kDirectoryMode = 0750;
constexpr mode_t kSharedFileMode = 0640;

void make_directory(const fs::path& directory, std::optional<gid_t> group) {
  if (::mkdir(directory.c_str(), kDirectoryMode) != 0) {
    if (errno == EEXIST) return;
    throw Error(Fault::CannotCreate,
                fmt::format("cannot make {}: {}", directory.string(), errno_text(errno)));
  }
  if (group && ::chown(directory.c_str(), static_cast<uid_t>(-1), *group) != 0) {
    throw Error(Fault::CannotCreate, fmt::format("cannot give {} to the group {}: {}",
                                                 directory.string(), *group, errno_text(errno)));
  }
}

[[nodiscard]] Error is_there_already(const fs::path& path) {
  return {Fault::CannotCreate,
          fmt::format("{} is there already; change it with an editor, remove it, or give another "
                      "--job or --config",
                      path.string())};
}

/// Readable by its owner before it is readable by the group.
void create_private_file(const fs::path& path, std::string_view content,
                         std::optional<gid_t> group) {
  if (!create_file_atomically(path, content)) throw is_there_already(path);
  if (!group) return;
  if (::chown(path.c_str(), static_cast<uid_t>(-1), *group) != 0 ||
      ::chmod(path.c_str(), kSharedFileMode) != 0) {
    throw Error(Fault::CannotWrite, fmt::format("cannot let the group {} read {}: {}", *group,
                                                path.string(), errno_text(errno)));
  }
}

}  // namespace

fs::path secret_file_beside(const fs::path& config_file, const SecretKind& kind) {
  fs::path file = config_file;
  return file.replace_extension(kind.credential);
}

void require_new_files(const fs::path& config_file) {
  for (const fs::path& path : {config_file, secret_file_beside(config_file, kPassword),
                               secret_file_beside(config_file, kCollectorPassword)}) {
    std::error_code error;
    if (fs::exists(fs::symlink_status(path, error))) throw is_there_already(path);
  }
}

void write_setup_files(const fs::path& config_file, std::string_view config_text,
                       const std::vector<SetupSecret>& secrets, std::optional<gid_t> group) {
  if (config_file.has_parent_path()) make_directory(config_file.parent_path(), group);
  std::vector<fs::path> made;
  try {
    for (const SetupSecret& each : secrets) {
      std::string line(each.secret.reveal());
      line += '\n';
      create_private_file(each.file, line, group);
      wipe(line);
      made.push_back(each.file);
    }
    create_private_file(config_file, config_text, group);
  } catch (...) {
    // Files that are there would keep the next setup from beginning.
    std::error_code ignored;
    for (const fs::path& path : made) fs::remove(path, ignored);
    throw;
  }
}

std::optional<ServiceUser> find_service_user(uid_t self) {
  if (self != kRoot) return std::nullopt;
  std::array<char, 16 * 1024> texts{};
  passwd entry{};
  passwd* found = nullptr;
  const int error = ::getpwnam_r(kServiceUser, &entry, texts.data(), texts.size(), &found);
  if (error != 0 || found == nullptr) return std::nullopt;
  return ServiceUser{kServiceUser, found->pw_uid, found->pw_gid};
}

}  // namespace vrni2syslog
