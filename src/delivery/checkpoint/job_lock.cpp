#include "delivery/checkpoint/job_lock.h"

#include "base/ascii.h"
#include "base/duration.h"
#include "base/error.h"

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

[[noreturn]] void fail(Fault fault, std::string_view what, const std::filesystem::path& path) {
  throw Error(fault,
              fmt::format("cannot {} {}: {}; make sure that the user that runs this program can, "
                          "or name another place with --state-dir",
                          what, path.string(), errno_text(errno)));
}

}  // namespace

JobLock::JobLock(const std::filesystem::path& state_directory, const std::string& job,
                 std::chrono::seconds wait, Clock& clock, const std::stop_token& stop)
    : path_(state_directory / (job + ".lock")),
      descriptor_(::open(path_.c_str(), O_RDWR | O_CREAT | O_CLOEXEC | O_NOFOLLOW | O_NONBLOCK,
                         S_IRUSR | S_IWUSR)) {
  if (!descriptor_.is_open()) fail(Fault::CannotCreate, "open", path_);
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
  write_process_id();
}

bool JobLock::try_lock() const {
  if (::flock(descriptor_.get(), LOCK_EX | LOCK_NB) == 0) return true;
  if (errno != EWOULDBLOCK && errno != EINTR) fail(Fault::CannotWrite, "lock", path_);
  return false;
}

void JobLock::write_process_id() const {
  const std::string text = fmt::format("{}\n", ::getpid());
  if (::ftruncate(descriptor_.get(), 0) != 0 ||
      ::pwrite(descriptor_.get(), text.data(), text.size(), 0) !=
          static_cast<ssize_t>(text.size())) {
    fail(Fault::CannotWrite, "write", path_);
  }
}

/// " (process 4711)", or an empty text if the file does not say.
std::string JobLock::holder() const {
  std::array<char, 16> text{};
  const ssize_t length = ::pread(descriptor_.get(), text.data(), text.size(), 0);
  std::string_view digits(text.data(), static_cast<std::size_t>(std::max<ssize_t>(length, 0)));
  digits = digits.substr(0, digits.find('\n'));
  if (digits.empty() || !std::ranges::all_of(digits, is_digit)) return {};
  return fmt::format(" (process {})", digits);
}

}  // namespace vrni2syslog
