#pragma once

#include "delivery/checkpoint/checkpoint.h"

#include <filesystem>
#include <optional>
#include <string>
#include <vector>

namespace vrni2syslog {

/// The state of a job on disk: `<job>.state` of the state directory, and `<job>.state.previous`,
/// what it was before it was saved last. Whatever happens while it is saved, the first one is
/// whole: as it was or as it shall be.
class CheckpointFile {
 public:
  CheckpointFile(const std::filesystem::path& state_directory, const std::string& job);

  [[nodiscard]] const std::filesystem::path& path() const noexcept { return path_; }

  /// Nothing where no run of the job has come to save anything. What is there and cannot be used is
  /// never taken for that: Error(CannotWrite) for what is damaged or unreadable, or gone while the
  /// previous one is there; Error(Configuration) for the state of another job, a later version, a
  /// file of another user and one that others may write. Each names the remedy.
  [[nodiscard]] std::optional<Checkpoint> load() const;

  /// Replaces it, safe against crashes. Throws what write_file_atomically() throws.
  void save(const Checkpoint& checkpoint);

  /// Removes both files; whether there was one.
  bool remove() const;

 private:
  [[nodiscard]] std::string read() const;

  std::filesystem::path path_;
  std::filesystem::path previous_path_;
  std::string job_;
};

/// The jobs that have a state in the directory, in order; none where there is no directory. Throws
/// Error(CannotCreate) where it cannot be read.
[[nodiscard]] std::vector<std::string> jobs_in(const std::filesystem::path& state_directory);

}  // namespace vrni2syslog
