#pragma once

#include "base/clock.h"
#include "base/file.h"

#include <chrono>
#include <filesystem>
#include <stop_token>
#include <string>

namespace vrni2syslog {

/// Keeps other runs of the same job out while it lives, by an flock of `<job>.lock`. The kernel
/// releases the lock when the process ends, however that happens; children do not inherit it. The
/// file stays: a process that removed it could then lock a new file, which others do not see.
class JobLock {
 public:
  /// Waits at most `wait` for another run to end. Throws Error(Busy), which names the process of
  /// that run, if it does not end or a stop is requested; Error(CannotCreate) and
  /// Error(CannotWrite) if the file cannot be made or locked; Error(Configuration) if it belongs to
  /// somebody else or is a link.
  JobLock(const std::filesystem::path& state_directory, const std::string& job,
          std::chrono::seconds wait, Clock& clock, const std::stop_token& stop);

  /// Whether it is remembered that the job has a state.
  [[nodiscard]] bool has_had_state() const noexcept { return has_had_state_; }
  /// Remembers beside the state, in the file of the lock, that there is one: a state that is gone
  /// must not pass for a first run. Throws Error(CannotWrite).
  void remember_state();
  /// Remembers that the job has no state, so that the next run passes for its first. Throws
  /// Error(CannotWrite).
  void remember_no_state();

  /// Whether the job was forgotten, and has had no state since.
  [[nodiscard]] bool is_forgotten() const noexcept { return is_forgotten_; }
  /// Remembers that the job has no state because it was forgotten. Throws Error(CannotWrite).
  void remember_forgotten();

 private:
  void require_own_file() const;
  [[nodiscard]] bool try_lock() const;
  void read_content();
  void write_content() const;
  [[nodiscard]] std::string content() const;
  [[nodiscard]] std::string holder() const;

  std::filesystem::path path_;
  FileDescriptor descriptor_;
  bool has_had_state_ = false;
  bool is_forgotten_ = false;
};

}  // namespace vrni2syslog
