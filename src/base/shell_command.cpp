#include "base/shell_command.h"

#include "base/error.h"
#include "base/file.h"

#include <fmt/core.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <csignal>
#include <cstring>
#include <fcntl.h>
#include <optional>
#include <poll.h>
#include <spawn.h>
#include <sys/wait.h>
#include <unistd.h>
#include <utility>

namespace vrni2syslog {
namespace {

/// The limits are checked this often while the command writes nothing.
constexpr int kPollMilliseconds = 20;
/// Stands for an exit status that could not be learned; shells use it for "cannot be run".
constexpr int kUnknownStatus = 126;

struct Pipe {
  FileDescriptor read_end;
  FileDescriptor write_end;
};

[[nodiscard]] Pipe make_pipe(Fault failure) {
  std::array<int, 2> ends{};
  if (::pipe2(ends.data(), O_CLOEXEC) != 0) {
    throw Error(failure, "the command cannot be started: " + errno_text(errno));
  }
  return {FileDescriptor(ends[0]), FileDescriptor(ends[1])};
}

/// The files that the child has open: nothing to read, and the pipe to write to.
class FileActions {
 public:
  explicit FileActions(int output) {
    ::posix_spawn_file_actions_init(&actions_);
    ::posix_spawn_file_actions_addopen(&actions_, STDIN_FILENO, "/dev/null", O_RDONLY, 0);
    ::posix_spawn_file_actions_adddup2(&actions_, output, STDOUT_FILENO);
    // Sockets of libcurl are not closed by themselves when another program starts.
    ::posix_spawn_file_actions_addclosefrom_np(&actions_, STDERR_FILENO + 1);
  }
  FileActions(const FileActions&) = delete;
  FileActions& operator=(const FileActions&) = delete;
  ~FileActions() { ::posix_spawn_file_actions_destroy(&actions_); }

  [[nodiscard]] const posix_spawn_file_actions_t* get() const noexcept { return &actions_; }

 private:
  posix_spawn_file_actions_t actions_{};
};

/// Gives the child a process group of its own, so that all of it can be killed, and the signals
/// that a shell expects: this program blocks some and ignores others.
class SpawnAttributes {
 public:
  SpawnAttributes() {
    sigset_t none;
    sigemptyset(&none);
    sigset_t defaults;
    sigemptyset(&defaults);
    for (const int signal : {SIGPIPE, SIGXFSZ, SIGCHLD}) sigaddset(&defaults, signal);
    ::posix_spawnattr_init(&attributes_);
    ::posix_spawnattr_setsigmask(&attributes_, &none);
    ::posix_spawnattr_setsigdefault(&attributes_, &defaults);
    ::posix_spawnattr_setpgroup(&attributes_, 0);
    ::posix_spawnattr_setflags(
        &attributes_, POSIX_SPAWN_SETSIGMASK | POSIX_SPAWN_SETSIGDEF | POSIX_SPAWN_SETPGROUP);
  }
  SpawnAttributes(const SpawnAttributes&) = delete;
  SpawnAttributes& operator=(const SpawnAttributes&) = delete;
  ~SpawnAttributes() { ::posix_spawnattr_destroy(&attributes_); }

  [[nodiscard]] const posix_spawnattr_t* get() const noexcept { return &attributes_; }

 private:
  posix_spawnattr_t attributes_{};
};

/// A running shell. The destructor kills it unless it has ended.
class Shell {
 public:
  Shell(const ShellCommand& command, int output) {
    std::string shell = "sh";
    std::string option = "-c";
    std::string text = command.text;
    const std::array<char*, 4> arguments{shell.data(), option.data(), text.data(), nullptr};
    const FileActions actions(output);
    const SpawnAttributes attributes;
    const int error = ::posix_spawn(&process_, "/bin/sh", actions.get(), attributes.get(),
                                    arguments.data(), environ);
    if (error != 0) {
      throw Error(command.failure, "the command cannot be started: " + errno_text(error));
    }
  }
  Shell(const Shell&) = delete;
  Shell& operator=(const Shell&) = delete;
  ~Shell() {
    if (status_) return;
    ::kill(-process_, SIGKILL);
    while (::waitpid(process_, nullptr, 0) < 0 && errno == EINTR) {
    }
  }

  [[nodiscard]] bool has_ended() {
    int status = 0;
    if (status_) return true;
    const pid_t ended = ::waitpid(process_, &status, WNOHANG);
    if (ended == process_) status_ = status;
    // Somebody else has waited for it: it has ended, and nobody knows how.
    if (ended < 0 && errno == ECHILD) status_ = W_EXITCODE(kUnknownStatus, 0);
    return status_.has_value();
  }
  /// How it has failed, for a message; empty if it has not.
  [[nodiscard]] std::string failure() const {
    const int status = status_.value_or(0);
    if (WIFSIGNALED(status)) return fmt::format("was ended by signal {}", WTERMSIG(status));
    const int code = WEXITSTATUS(status);
    return code == 0 ? std::string() : fmt::format("failed with exit status {}", code);
  }

 private:
  pid_t process_ = 0;
  std::optional<int> status_;
};

/// Reads the output of a command up to its limit.
class Output {
 public:
  Output(FileDescriptor pipe, const ShellCommand& command)
      : pipe_(std::move(pipe)), command_(command) {}

  /// Waits for more output at most this long. False if none came, or at the end.
  [[nodiscard]] bool read_more(int wait_milliseconds) {
    pollfd input{pipe_.get(), POLLIN, 0};
    if (!pipe_.is_open()) {
      ::poll(nullptr, 0, wait_milliseconds);
      return false;
    }
    if (::poll(&input, 1, wait_milliseconds) <= 0) return false;
    std::array<char, 4096> buffer;
    const ssize_t count = ::read(pipe_.get(), buffer.data(), buffer.size());
    if (count < 0) return false;
    if (count == 0) {
      pipe_.reset();
      return false;
    }
    text_.append(buffer.data(), static_cast<std::size_t>(count));
    if (text_.size() > command_.max_output_bytes) {
      throw Error(command_.failure,
                  fmt::format("the command wrote more than {} bytes", command_.max_output_bytes));
    }
    return true;
  }
  [[nodiscard]] std::string take() { return std::move(text_); }

 private:
  FileDescriptor pipe_;
  const ShellCommand& command_;
  std::string text_;
};

void throw_if_over(const ShellCommand& command, SteadyTime end, SteadyTime now,
                   const RunLimits& limits) {
  throw_if_ended(limits, now, "waiting for the command");
  if (now >= end) {
    throw Error(command.failure,
                fmt::format("the command did not end within {} s", command.time_limit.count()));
  }
}

}  // namespace

std::string output_of(const ShellCommand& command, const Clock& clock, const RunLimits& limits) {
  const SteadyTime end = clock.steady_now() + command.time_limit;
  Pipe pipe = make_pipe(command.failure);
  Shell shell(command, pipe.write_end.get());
  pipe.write_end.reset();
  Output output(std::move(pipe.read_end), command);
  // Processes that it left in the background may hold the pipe open, so the shell's own end counts.
  while (!shell.has_ended()) {
    throw_if_over(command, end, clock.steady_now(), limits);
    (void)output.read_more(kPollMilliseconds);
  }
  // The shell's output is in the pipe by now. Processes that are left may go on writing; nothing
  // waits for them, and what they write in the meantime counts against the limits.
  while (output.read_more(0)) throw_if_over(command, end, clock.steady_now(), limits);
  if (const std::string failure = shell.failure(); !failure.empty()) {
    throw Error(command.failure, "the command " + failure);
  }
  return output.take();
}

}  // namespace vrni2syslog
