#pragma once

#include "delivery/checkpoint/checkpoint.h"

#include <filesystem>
#include <optional>
#include <string>
#include <vector>

namespace vrni2syslog {

/// The state of a job on disk: `<job>.state` in the state directory, and `<job>.state.previous`,
/// the state before the last save. Whatever happens during a save, the first file is whole: it
/// holds the old state or the new one.
class CheckpointFile {
 public:
  CheckpointFile(const std::filesystem::path& state_directory, const std::string& job);

  [[nodiscard]] const std::filesystem::path& path() const noexcept { return path_; }

  /// nullopt if the job has never saved a state. A file that exists but cannot be used is never
  /// treated as a first run. Throws Error(CannotWrite) if the file is damaged or unreadable, or is
  /// gone while the previous one is there; Error(Configuration) if it is the state of another job
  /// or of a later version, belongs to another user than this one, who is not root, or can be
  /// written by others. Each error names the remedy.
  [[nodiscard]] std::optional<Checkpoint> load() const;

  /// Replaces it, safe against crashes. Throws what write_file_atomically() throws.
  void save(const Checkpoint& checkpoint);

  /// Removes both files. Returns whether there was one.
  bool remove() const;

 private:
  [[nodiscard]] std::string read() const;

  std::filesystem::path path_;
  std::filesystem::path previous_path_;
  std::string job_;
};

/// The jobs that have a state in the directory, in alphabetical order; none if there is no such
/// directory. Throws Error(CannotCreate) if it cannot be read.
[[nodiscard]] std::vector<std::string> jobs_in(const std::filesystem::path& state_directory);

}  // namespace vrni2syslog
