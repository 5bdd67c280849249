#pragma once

#include "base/fault.h"
#include "base/file_trust.h"

#include <chrono>
#include <cstddef>
#include <filesystem>
#include <stop_token>
#include <string>
#include <string_view>

namespace vrni2syslog {

/// Owns a file descriptor, and closes it.
class FileDescriptor {
 public:
  FileDescriptor() = default;
  explicit FileDescriptor(int descriptor) noexcept : descriptor_(descriptor) {}
  FileDescriptor(FileDescriptor&& other) noexcept : descriptor_(other.release()) {}
  FileDescriptor& operator=(FileDescriptor&& other) noexcept;
  ~FileDescriptor() { reset(); }

  [[nodiscard]] int get() const noexcept { return descriptor_; }
  [[nodiscard]] bool is_open() const noexcept { return descriptor_ >= 0; }
  /// Gives the descriptor away; the caller closes it.
  [[nodiscard]] int release() noexcept;
  void reset() noexcept;

 private:
  int descriptor_ = -1;
};

/// The longest time that read_file() waits for a file to be written: of a pipe, whose writer may
/// never come.
inline constexpr std::chrono::seconds kFileReadTime{10};

/// How long a pipe's writer is waited for, and what ends the wait earlier.
struct FileWait {
  std::chrono::milliseconds time = kFileReadTime;
  std::stop_token stop = {};
};

/// The content of a small file, or of a pipe. Throws Error(`failure`) with the path and the reason,
/// for example if it is longer than `max_bytes`, not there after the time of `wait`, or not to be
/// trusted. That is decided of the file that is open, which nobody can exchange any more for
/// another; a caller that looked at the path before did so for its better message. Throws
/// Error(Interrupted) if `wait.stop` is requested while it waits.
[[nodiscard]] std::string read_file(const std::filesystem::path& path, std::size_t max_bytes,
                                    Fault failure, FileTrust trust = FileTrust::OwnOnly,
                                    const FileWait& wait = {});

/// Replaces the content of `path` so that after a crash it is either the old or the new one, by a
/// temporary file in the same directory, fsync, rename, and fsync of the directory. Throws
/// Error(CannotCreate) or Error(CannotWrite).
void write_file_atomically(const std::filesystem::path& path, std::string_view content);

/// The same for a file that others read: one that is there keeps its permissions, and its owner and
/// group as far as the system allows that.
void update_file_atomically(const std::filesystem::path& path, std::string_view content);

/// The same for a file that every user may read, whatever the umask is.
void publish_file_atomically(const std::filesystem::path& path, std::string_view content);

/// Creates the file in the same way, readable and writable by its owner only. Returns false and
/// changes nothing if there is one already. If two processes try at once, one of them creates it.
[[nodiscard]] bool create_file_atomically(const std::filesystem::path& path,
                                          std::string_view content);

/// Calls fsync(2) for the directory of `path`, so that files created, renamed and removed in it
/// stay so after a crash. Throws Error(CannotWrite).
void sync_directory_of(const std::filesystem::path& path);

}  // namespace vrni2syslog
