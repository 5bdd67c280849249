#pragma once

#include "vrni/capture/recorded_call.h"

#include <cstddef>
#include <filesystem>
#include <string>
#include <vector>

namespace vrni2syslog {

/// A file of a capture. Throws Error(Data) with the path where it is no regular file, cannot be
/// read, or is longer than `max_bytes`.
[[nodiscard]] std::string read_capture_file(const std::filesystem::path& path,
                                            std::size_t max_bytes);

/// The calls of a capture, in the order in which they were made. Files with other names are not
/// looked at.
class CaptureReader {
 public:
  /// Lists the calls and reads none. Throws Error(Data) where the directory cannot be read, holds
  /// no call, or lacks one between others.
  explicit CaptureReader(std::filesystem::path directory);

  [[nodiscard]] std::size_t size() const noexcept { return names_.size(); }
  [[nodiscard]] const std::filesystem::path& directory() const noexcept { return directory_; }

  /// Reads a call from its file. Throws Error(Data) with the file's path where it is damaged.
  [[nodiscard]] RecordedCall read(std::size_t index) const;

 private:
  std::filesystem::path directory_;
  std::vector<std::string> names_;  ///< of the files, by number; the first call has number 1
};

}  // namespace vrni2syslog
