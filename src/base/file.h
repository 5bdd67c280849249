#pragma once

#include "base/fault.h"

#include <cstddef>
#include <filesystem>
#include <string>
#include <string_view>

namespace vrni2syslog {

/// Owns a file descriptor.
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

/// The whole of a small file. Throws Error(`failure`) with the path and the reason, also where it
/// is longer than `max_bytes`.
[[nodiscard]] std::string read_file(const std::filesystem::path& path, std::size_t max_bytes,
                                    Fault failure);

/// Puts `content` in the place of `path` so that after a crash there is either the old content or
/// the new one: temporary file in the same directory, fsync, rename, fsync of the directory. Throws
/// Error(CannotCreate) or Error(CannotWrite).
void write_file_atomically(const std::filesystem::path& path, std::string_view content);

/// The same where there is no such file yet; false, and nothing done, where there is one. Of two
/// processes that try at once, one makes it. Only the owner may read and write it.
[[nodiscard]] bool create_file_atomically(const std::filesystem::path& path,
                                          std::string_view content);

/// Makes what became of the names in the file's directory outlast a crash. Throws
/// Error(CannotWrite).
void sync_directory_of(const std::filesystem::path& path);

}  // namespace vrni2syslog
