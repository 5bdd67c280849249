#pragma once

#include <fcntl.h>
#include <filesystem>
#include <stdexcept>
#include <stdlib.h>
#include <string>
#include <string_view>
#include <sys/stat.h>
#include <system_error>
#include <unistd.h>

namespace vrni2syslog::testing {

/// A directory in memory for the files of one input after the other.
class ScratchDirectory {
 public:
  ScratchDirectory() {
    std::string pattern = std::filesystem::is_directory("/dev/shm")
                              ? "/dev/shm/vrni2syslog-fuzz-XXXXXX"
                              : "/tmp/vrni2syslog-fuzz-XXXXXX";
    if (::mkdtemp(pattern.data()) == nullptr) throw std::runtime_error("mkdtemp failed");
    path_ = pattern;
  }
  ScratchDirectory(const ScratchDirectory&) = delete;
  ScratchDirectory& operator=(const ScratchDirectory&) = delete;
  ~ScratchDirectory() {
    std::error_code ignored;
    std::filesystem::remove_all(path_, ignored);
  }

  [[nodiscard]] const std::filesystem::path& path() const noexcept { return path_; }

  /// Writes a file for its owner only. Returns whether its name is possible.
  bool write(const std::string& name, std::string_view content) const {
    const int file = ::open((path_ / name).c_str(), O_WRONLY | O_CREAT | O_TRUNC | O_NOFOLLOW,
                            S_IRUSR | S_IWUSR);
    if (file < 0) return false;
    const bool is_written =
        ::write(file, content.data(), content.size()) == static_cast<ssize_t>(content.size());
    ::close(file);
    if (!is_written) throw std::runtime_error("a file cannot be written");
    return true;
  }

  void clear() const {
    for (const auto& entry : std::filesystem::directory_iterator(path_))
      std::filesystem::remove_all(entry.path());
  }

 private:
  std::filesystem::path path_;
};

}  // namespace vrni2syslog::testing
