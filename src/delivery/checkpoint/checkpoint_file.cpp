#include "delivery/checkpoint/checkpoint_file.h"

#include "base/error.h"
#include "base/file.h"
#include "base/file_trust.h"
#include "delivery/checkpoint/checkpoint_text.h"
#include "delivery/checkpoint/state_directory.h"

#include <fmt/format.h>

#include <algorithm>
#include <cerrno>
#include <fcntl.h>
#include <sys/stat.h>
#include <system_error>
#include <unistd.h>

namespace vrni2syslog {
namespace {

namespace fs = std::filesystem;

constexpr std::string_view kSuffix = ".state";
/// A state is some hundred bytes for each collector, and what the filter takes.
constexpr std::size_t kMaxBytes = 4U * 1024 * 1024;

/// Whether there is a file, or a link, wherever that leads to: a job whose state cannot be read
/// must not pass for one that has never saved any.
[[nodiscard]] bool is_there(const fs::path& path) {
  struct stat status {};
  if (::lstat(path.c_str(), &status) == 0) return true;
  if (errno == ENOENT || errno == ENOTDIR) return false;
  throw Error(Fault::CannotWrite,
              fmt::format("cannot look for {}: {}; let the user that runs this program read it",
                          path.string(), errno_text(errno)));
}

/// Throws if anybody else could change the state, and so make the program leave flows out. Root may
/// look at the states of all users; a run of root in their directories is refused elsewhere.
void require_own_state(const fs::path& path) {
  struct stat status {};
  if (::lstat(path.c_str(), &status) != 0) return;  // opening it says why
  if (!S_ISREG(status.st_mode)) {
    throw Error(Fault::Configuration,
                fmt::format("{} is not a regular file; move it away, or name another place with "
                            "--state-dir",
                            path.string()));
  }
  if (status.st_uid != ::geteuid() && ::geteuid() != kRoot) {
    throw Error(Fault::Configuration,
                fmt::format("{} belongs to another user ({}); run this program as that user, give "
                            "the file to the user that runs it (chown), or name another place with "
                            "--state-dir",
                            path.string(), describe_user(status.st_uid)));
  }
  if (status.st_uid != ::geteuid()) status.st_uid = kRoot;
  if (!require_own(path, status)) {
    throw Error(
        Fault::Configuration,
        fmt::format(
            "{} can be written by others; check that its content is right, then chmod 600 it",
            path.string()));
  }
}

}  // namespace

CheckpointFile::CheckpointFile(const fs::path& state_directory, const std::string& job)
    : path_(state_directory / (job + std::string(kSuffix))),
      previous_path_(path_.string() + ".previous"),
      job_(job) {}

std::string CheckpointFile::read() const {
  require_own_state(path_);
  return read_file(path_, kMaxBytes, Fault::CannotWrite, FileTrust::OwnUnlessRoot);
}

std::optional<Checkpoint> CheckpointFile::load() const {
  if (!is_there(path_)) {
    if (!is_there(previous_path_)) return std::nullopt;
    throw Error(Fault::CannotWrite,
                fmt::format("{} is gone, but {} is there; copy that to the first, or "
                            "start the job anew with --forget",
                            path_.string(), previous_path_.string()));
  }
  const std::string text = read();
  try {
    Checkpoint checkpoint = parse_checkpoint(text);
    if (checkpoint.job == job_) return checkpoint;
    throw Error(Fault::Configuration,
                fmt::format("is the state of job {}", printable(checkpoint.job)));
  } catch (const Error& error) {
    throw Error(error.fault(),
                fmt::format("{} {}; put a copy of it back (the one before is {}), or start the job "
                            "anew with --forget and then --set-watermark",
                            path_.string(), error.what(), previous_path_.string()));
  }
}

void CheckpointFile::save(const Checkpoint& checkpoint) {
  if (is_there(path_)) write_file_atomically(previous_path_, read());
  write_file_atomically(path_, format_checkpoint(checkpoint));
}

bool CheckpointFile::remove() const {
  // In this order: what is left of a half-done removal is a state, or one that says it is gone.
  const bool had_previous = remove_state_file(previous_path_);
  const bool was_there = remove_state_file(path_);
  if (was_there || had_previous) sync_directory_of(path_);
  return was_there || had_previous;
}

std::vector<std::string> jobs_in(const fs::path& state_directory) {
  std::vector<std::string> jobs;
  std::error_code error;
  if (!fs::exists(state_directory, error) && !error) return jobs;
  for (fs::directory_iterator entry(state_directory, error), end; !error && entry != end;
       entry.increment(error)) {
    const std::string name = entry->path().filename().string();
    if (name.size() > kSuffix.size() && name.ends_with(kSuffix))
      jobs.push_back(name.substr(0, name.size() - kSuffix.size()));
  }
  if (error) {
    throw Error(Fault::CannotCreate, fmt::format("cannot read state directory {}: {}",
                                                 state_directory.string(), error.message()));
  }
  std::ranges::sort(jobs);
  return jobs;
}

}  // namespace vrni2syslog
