#include "base/file.h"

#include "base/error.h"
#include "base/file_trust.h"

#include <fmt/core.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <fcntl.h>
#include <poll.h>
#include <sys/stat.h>
#include <unistd.h>
#include <utility>

namespace vrni2syslog {
namespace {

[[noreturn]] void fail(Fault fault, std::string_view what, const std::filesystem::path& path,
                       int error) {
  throw Error(fault, fmt::format("{} {}: {}", what, path.string(), errno_text(error)));
}

/// Whether the run is to end is looked at this often while nobody writes into a pipe.
constexpr std::chrono::milliseconds kStopCheckInterval{50};

/// Waits until a read would not block. Returns false if that is not so in time, or if `stop` is
/// requested.
[[nodiscard]] bool await_bytes(const FileDescriptor& descriptor,
                               std::chrono::steady_clock::time_point until,
                               const std::stop_token& stop) {
  for (;;) {
    const auto left =
        std::chrono::ceil<std::chrono::milliseconds>(until - std::chrono::steady_clock::now());
    const auto wait = stop.stop_possible() ? std::min(left, kStopCheckInterval) : left;
    pollfd watched{descriptor.get(), POLLIN, 0};
    const int ready = ::poll(&watched, 1, static_cast<int>(std::max(wait.count(), 0L)));
    if (ready > 0) return true;
    // A file that cannot be watched is read at once, and tells what is wrong with it.
    if (ready < 0 && errno != EINTR) return true;
    if (left.count() <= 0 || stop.stop_requested()) return false;
  }
}

/// A pipe is as trusted as the one who opened it.
void require_trusted(const FileDescriptor& descriptor, const std::filesystem::path& path,
                     Fault failure, FileTrust trust) {
  struct stat status {};
  if (::fstat(descriptor.get(), &status) != 0) fail(failure, "cannot look at", path, errno);
  if (!S_ISREG(status.st_mode)) return;
  if (trust == FileTrust::OwnUnlessRoot && ::geteuid() == kRoot) status.st_uid = kRoot;
  if (const Outcome own = require_own(descriptor.get(), status); !own) {
    throw Error(failure, fmt::format("{} {}, who could have changed it; give it to root or to the "
                                     "user that runs this program (chown, chmod go-w)",
                                     path.string(), own.problem()));
  }
}

/// Removes a temporary file unless it has been given its final name.
class TemporaryFile {
 public:
  explicit TemporaryFile(const std::filesystem::path& target) : path_(target.string() + ".XXXXXX") {
    descriptor_ = FileDescriptor(::mkostemp(path_.data(), O_CLOEXEC));
    if (!descriptor_.is_open()) fail(Fault::CannotCreate, "cannot create", target, errno);
  }
  TemporaryFile(const TemporaryFile&) = delete;
  TemporaryFile& operator=(const TemporaryFile&) = delete;
  ~TemporaryFile() {
    if (!renamed_) ::unlink(path_.c_str());
  }

  void write(std::string_view content) {
    while (!content.empty()) {
      const ssize_t written = ::write(descriptor_.get(), content.data(), content.size());
      if (written < 0 && errno == EINTR) continue;
      if (written < 0) fail(Fault::CannotWrite, "cannot write", path_, errno);
      content.remove_prefix(static_cast<std::size_t>(written));
    }
    if (::fsync(descriptor_.get()) != 0) fail(Fault::CannotWrite, "cannot sync", path_, errno);
  }

  void let_everybody_read() const { set_mode(S_IRUSR | S_IWUSR | S_IRGRP | S_IROTH); }

  /// Takes over who may read and write the regular file `target`, if there is one.
  void take_permissions_of(const std::filesystem::path& target) const {
    struct stat status {};
    if (::lstat(target.c_str(), &status) != 0 || !S_ISREG(status.st_mode)) return;
    // Only root may give a file away; then the permissions are for the one who runs the program.
    const bool has_owner = ::fchown(descriptor_.get(), status.st_uid, status.st_gid) == 0 ||
                           ::fchown(descriptor_.get(), static_cast<uid_t>(-1), status.st_gid) == 0;
    const mode_t group = has_owner ? S_IRWXG : 0;
    set_mode(status.st_mode & (S_IRWXU | group | S_IRWXO));
  }

  void rename_to(const std::filesystem::path& target) {
    if (::rename(path_.c_str(), target.c_str()) != 0)
      fail(Fault::CannotWrite, "cannot replace", target, errno);
    renamed_ = true;
  }

  /// False if there is a file of that name already.
  [[nodiscard]] bool link_to(const std::filesystem::path& target) {
    if (::link(path_.c_str(), target.c_str()) == 0) return true;
    if (errno != EEXIST) fail(Fault::CannotCreate, "cannot create", target, errno);
    return false;
  }

 private:
  void set_mode(mode_t mode) const {
    if (::fchmod(descriptor_.get(), mode) != 0)
      fail(Fault::CannotWrite, "cannot set the permissions of", path_, errno);
  }

  std::string path_;
  FileDescriptor descriptor_;
  bool renamed_ = false;
};

/// `set_permissions` is given the temporary file, once it has its content.
template <typename SetPermissions>
void replace_file(const std::filesystem::path& path, std::string_view content,
                  const SetPermissions& set_permissions) {
  TemporaryFile temporary(path);
  temporary.write(content);
  set_permissions(temporary);
  temporary.rename_to(path);
  sync_directory_of(path);
}

}  // namespace

void sync_directory_of(const std::filesystem::path& path) {
  const std::filesystem::path directory =
      path.has_parent_path() ? path.parent_path() : std::filesystem::path(".");
  const FileDescriptor descriptor(::open(directory.c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC));
  if (!descriptor.is_open() || ::fsync(descriptor.get()) != 0) {
    fail(Fault::CannotWrite, "cannot sync", directory, errno);
  }
}

FileDescriptor& FileDescriptor::operator=(FileDescriptor&& other) noexcept {
  if (this != &other) {
    reset();
    descriptor_ = other.release();
  }
  return *this;
}

int FileDescriptor::release() noexcept {
  return std::exchange(descriptor_, -1);
}

void FileDescriptor::reset() noexcept {
  if (descriptor_ >= 0) ::close(std::exchange(descriptor_, -1));
}

std::string read_file(const std::filesystem::path& path, std::size_t max_bytes, Fault failure,
                      FileTrust trust, const FileWait& wait) {
  // O_NONBLOCK, because otherwise a pipe is not even opened before somebody writes into it.
  const int links = trust == FileTrust::OwnUnlessRoot ? O_NOFOLLOW : 0;
  const FileDescriptor descriptor(::open(path.c_str(), O_RDONLY | O_CLOEXEC | O_NONBLOCK | links));
  if (!descriptor.is_open()) fail(failure, "cannot open", path, errno);
  if (trust != FileTrust::Any) require_trusted(descriptor, path, failure, trust);
  const auto until = std::chrono::steady_clock::now() + wait.time;
  std::string content;
  std::array<char, 4096> buffer;
  for (;;) {
    if (!await_bytes(descriptor, until, wait.stop)) {
      if (wait.stop.stop_requested()) {
        throw Error(Fault::Interrupted,
                    fmt::format("stopped while waiting for the end of {}", path.string()));
      }
      throw Error(failure, fmt::format("nobody has written the end of {} within {} s; is it a pipe "
                                       "without a writer?",
                                       path.string(),
                                       std::chrono::ceil<std::chrono::seconds>(wait.time).count()));
    }
    const ssize_t count = ::read(descriptor.get(), buffer.data(), buffer.size());
    if (count < 0 && (errno == EINTR || errno == EAGAIN)) continue;
    if (count < 0) fail(failure, "cannot read", path, errno);
    if (count == 0) return content;
    content.append(buffer.data(), static_cast<std::size_t>(count));
    if (content.size() > max_bytes) {
      throw Error(failure, fmt::format("{} is longer than {} bytes; is it the right file?",
                                       path.string(), max_bytes));
    }
  }
}

void write_file_atomically(const std::filesystem::path& path, std::string_view content) {
  replace_file(path, content, [](const TemporaryFile&) {});
}

void update_file_atomically(const std::filesystem::path& path, std::string_view content) {
  replace_file(path, content,
               [&path](const TemporaryFile& temporary) { temporary.take_permissions_of(path); });
}

void publish_file_atomically(const std::filesystem::path& path, std::string_view content) {
  replace_file(path, content, [&path](const TemporaryFile& temporary) {
    temporary.let_everybody_read();
    temporary.take_permissions_of(path);
  });
}

bool create_file_atomically(const std::filesystem::path& path, std::string_view content) {
  TemporaryFile temporary(path);
  temporary.write(content);
  if (!temporary.link_to(path)) return false;
  sync_directory_of(path);
  return true;
}

}  // namespace vrni2syslog
