#pragma once

#include "base/clock.h"
#include "base/file.h"

#include <chrono>
#include <filesystem>
#include <stop_token>
#include <string>

namespace vrni2syslog {

/// Keeps other runs of the same job out while it lives, by an flock of `<job>.lock`. The kernel
/// releases it with the process, however that ends; children do not inherit it. The file stays,
/// since whoever removed it could lock a file that others do not see.
class JobLock {
 public:
  /// Waits at most `wait` for a run that is there. Throws Error(Unconfirmed) that names its
  /// process where it stays, or where a stop is requested; Error(CannotCreate) and
  /// Error(CannotWrite) where there can be no lock.
  JobLock(const std::filesystem::path& state_directory, const std::string& job,
          std::chrono::seconds wait, Clock& clock, const std::stop_token& stop);

 private:
  [[nodiscard]] bool try_lock() const;
  void write_process_id() const;
  [[nodiscard]] std::string holder() const;

  std::filesystem::path path_;
  FileDescriptor descriptor_;
};

}  // namespace vrni2syslog
