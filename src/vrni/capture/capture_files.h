#pragma once

#include "http/redactor.h"
#include "vrni/capture/capture_description.h"
#include "vrni/capture/recorded_call.h"

#include <cstddef>
#include <filesystem>
#include <string>
#include <string_view>
#include <vector>

namespace vrni2syslog {

/// Writes a capture: capture.json and one compressed file for each call. Each file is written whole
/// or not at all, so that all calls before a crash can be used. Only the owner may read the files,
/// since they tell who talks to whom.
class CaptureWriter {
 public:
  /// `directory` must be empty, or not be there yet; it is made if needed, and closed to all but
  /// its owner. Throws Error(CannotCreate), and Error(CannotWrite) if the description cannot be
  /// written.
  CaptureWriter(std::filesystem::path directory, const CaptureDescription& description);

  /// Writes the next call, without the secrets that `redactor` knows. Throws Error(CannotWrite).
  void write(const RecordedCall& call, const Redactor& redactor);

 private:
  void write_file(const std::string& name, std::string_view content) const;

  std::filesystem::path directory_;
  std::size_t calls_ = 0;
};

/// Reads a file of a capture. Throws Error(Data) with the path if it is no regular file, cannot be
/// read, or is longer than `max_bytes`.
[[nodiscard]] std::string read_capture_file(const std::filesystem::path& path,
                                            std::size_t max_bytes);

/// The calls of a capture, in the order in which they were made. Files with other names are
/// ignored.
class CaptureReader {
 public:
  /// Lists the calls and reads none. Throws Error(Data) if the directory cannot be read, holds no
  /// call, or lacks one between others.
  explicit CaptureReader(std::filesystem::path directory);

  [[nodiscard]] std::size_t size() const noexcept { return names_.size(); }
  [[nodiscard]] const std::filesystem::path& directory() const noexcept { return directory_; }

  /// Reads a call from its file. Throws Error(Data) with the file's path if it is damaged.
  [[nodiscard]] RecordedCall read(std::size_t index) const;

 private:
  std::filesystem::path directory_;
  std::vector<std::string> names_;  ///< of the files, by number; the first call has number 1
};

}  // namespace vrni2syslog
