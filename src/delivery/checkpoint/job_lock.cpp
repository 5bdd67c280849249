#include "delivery/checkpoint/job_lock.h"

#include "base/duration.h"
#include "base/error.h"
#include "base/file_trust.h"
#include "base/text/ascii.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <fcntl.h>
#include <string_view>
#include <sys/file.h>
#include <sys/stat.h>
#include <unistd.h>

namespace vrni2syslog {
namespace {

using std::chrono::milliseconds;

/// flock() waits for ever or not at all.
constexpr milliseconds kPollInterval{100};
/// In the file of the lock: the job has a state.
constexpr std::string_view kStateMark = "state\n";
/// The job has no state, because it was forgotten.
constexpr std::string_view kForgottenMark = "forgotten\n";

[[noreturn]] void fail(Fault fault, std::string_view what, const std::filesystem::path& path) {
  const std::string reason = errno_text(errno);
  struct stat status {};
  const bool is_of_another = ::lstat(path.c_str(), &status) == 0 && status.st_uid != ::geteuid();
  throw Error(
      fault,
      fmt::format("cannot {} {}: {}{}; make sure that the user that runs this program can, or name "
                  "another place with --state-dir",
                  what, path.string(), reason,
                  is_of_another ? fmt::format(" (it belongs to another user: {})",
                                              describe_user(status.st_uid))
                                : ""));
}

}  // namespace

JobLock::JobLock(const std::filesystem::path& state_directory, const std::string& job,
                 std::chrono::seconds wait, Clock& clock, const std::stop_token& stop)
    : path_(state_directory / (job + ".lock")),
      descriptor_(::open(path_.c_str(), O_RDWR | O_CREAT | O_CLOEXEC | O_NOFOLLOW | O_NONBLOCK,
                         S_IRUSR | S_IWUSR)) {
  if (!descriptor_.is_open()) fail(Fault::CannotCreate, "open", path_);
  require_own_file();
  const SteadyTime until = clock.steady_now() + wait;
  while (!try_lock()) {
    const SteadyTime now = clock.steady_now();
    if (now >= until || stop.stop_requested()) {
      throw Error(Fault::Busy,
                  fmt::format("another run of job {} is at work{}; this one did nothing after "
                              "waiting {} (--lock-wait)",
                              job, holder(), format_duration(wait)));
    }
    clock.sleep_until(std::min(until, now + kPollInterval), stop);
  }
  read_content();
  write_content();
}

/// A lock that somebody else holds would block the job for ever, and a link to another file would
/// overwrite that one.
void JobLock::require_own_file() const {
  struct stat status {};
  if (::fstat(descriptor_.get(), &status) != 0) fail(Fault::CannotCreate, "look at", path_);
  const Outcome own = require_own(descriptor_.get(), status);
  const bool is_plain = S_ISREG(status.st_mode) && status.st_nlink == 1;
  if (own && is_plain) return;
  throw Error(Fault::Configuration,
              fmt::format("{} {}; remove it, or name another place with --state-dir",
                          path_.string(), is_plain ? own.problem() : "is not a file of its own"));
}

bool JobLock::try_lock() const {
  if (::flock(descriptor_.get(), LOCK_EX | LOCK_NB) == 0) return true;
  if (errno != EWOULDBLOCK && errno != EINTR) fail(Fault::CannotWrite, "lock", path_);
  return false;
}

void JobLock::remember_state() {
  if (has_had_state_) return;
  has_had_state_ = true;
  is_forgotten_ = false;
  write_content();
}

void JobLock::remember_no_state() {
  if (!has_had_state_) return;
  has_had_state_ = false;
  write_content();
}

void JobLock::remember_forgotten() {
  has_had_state_ = false;
  is_forgotten_ = true;
  write_content();
}

void JobLock::read_content() {
  const std::string text = content();
  has_had_state_ = text.find(kStateMark) != std::string::npos;
  is_forgotten_ = text.find(kForgottenMark) != std::string::npos;
}

/// The process's id, and whether there is a state, or no longer.
void JobLock::write_content() const {
  const std::string text =
      fmt::format("{}\n{}{}", ::getpid(), has_had_state_ ? kStateMark : std::string_view(),
                  is_forgotten_ ? kForgottenMark : std::string_view());
  // In this order, so that a crash in between leaves the mark.
  if (::pwrite(descriptor_.get(), text.data(), text.size(), 0) !=
          static_cast<ssize_t>(text.size()) ||
      ::ftruncate(descriptor_.get(), static_cast<off_t>(text.size())) != 0) {
    fail(Fault::CannotWrite, "write", path_);
  }
}

std::string JobLock::content() const {
  std::array<char, 64> text{};
  const ssize_t length = ::pread(descriptor_.get(), text.data(), text.size(), 0);
  return std::string(text.data(), static_cast<std::size_t>(std::max<ssize_t>(length, 0)));
}

/// " (process 4711)", or an empty text if the file does not say.
std::string JobLock::holder() const {
  std::string digits = content();
  digits.erase(std::min(digits.find('\n'), digits.size()));
  if (digits.empty() || !std::ranges::all_of(digits, is_digit)) return {};
  return fmt::format(" (process {})", digits);
}

}  // namespace vrni2syslog
