#include "app/run/terminal.h"

#include "base/error.h"

#include <fmt/core.h>

#include <array>
#include <chrono>
#include <csignal>
#include <fcntl.h>
#include <poll.h>
#include <string_view>
#include <sys/ioctl.h>
#include <sys/stat.h>
#include <termios.h>
#include <unistd.h>

namespace vrni2syslog {
namespace {

/// For a secret, which is known or not.
constexpr std::chrono::minutes kSecretPatience{5};
/// For an answer that may have to be looked up on another machine.
constexpr std::chrono::minutes kTextPatience{30};
constexpr int kPollMilliseconds = 200;
constexpr std::size_t kMaxSecretBytes = 4096;
constexpr std::size_t kMaxTextBytes = 4096;
constexpr std::size_t kUsualWidth = 80;

constexpr char kCtrlC = 0x03;
constexpr char kCtrlD = 0x04;
constexpr char kCtrlU = 0x15;
constexpr char kDelete = 0x7f;

/// Turns off echo and line editing. Signals of the keyboard are off too: the process may block
/// them, and it must not end with the terminal in this state.
class SilentTerminal {
 public:
  SilentTerminal() {
    is_changed_ = ::tcgetattr(STDIN_FILENO, &saved_) == 0;
    if (!is_changed_) return;
    termios silent = saved_;
    silent.c_lflag &= ~static_cast<tcflag_t>(ECHO | ICANON | ISIG);
    ::tcsetattr(STDIN_FILENO, TCSAFLUSH, &silent);
  }
  SilentTerminal(const SilentTerminal&) = delete;
  SilentTerminal& operator=(const SilentTerminal&) = delete;
  ~SilentTerminal() {
    if (is_changed_) ::tcsetattr(STDIN_FILENO, TCSAFLUSH, &saved_);
  }

 private:
  termios saved_{};
  bool is_changed_ = false;
};

[[nodiscard]] bool is_at_terminal() noexcept {
  return ::isatty(STDIN_FILENO) != 0 && ::isatty(STDERR_FILENO) != 0;
}

/// A key, or NUL when no more come.
[[nodiscard]] char read_key(std::chrono::minutes patience, const std::stop_token& stop) {
  const auto end = std::chrono::steady_clock::now() + patience;
  while (!stop.stop_requested() && std::chrono::steady_clock::now() < end) {
    pollfd input{STDIN_FILENO, POLLIN, 0};
    if (::poll(&input, 1, kPollMilliseconds) <= 0) continue;
    char key = '\0';
    return ::read(STDIN_FILENO, &key, 1) == 1 ? key : '\0';
  }
  return '\0';
}

[[nodiscard]] std::optional<Secret> read_line(const std::stop_token& stop) {
  std::string line;
  line.reserve(kMaxSecretBytes);  // so that no copy of a part stays behind in freed memory
  for (;;) {
    const char key = read_key(kSecretPatience, stop);
    if (key == kCtrlC) {
      // As the terminal would have done it, so that it ends the program as it does elsewhere.
      ::kill(::getpid(), SIGINT);
      continue;
    }
    if (key == '\0' || key == kCtrlD) return std::nullopt;
    if (key == '\n' || key == '\r') return Secret(std::move(line));
    if (key == kCtrlU) {
      line.clear();
    } else if (key == kDelete || key == '\b') {
      if (!line.empty()) line.pop_back();
    } else if (line.size() < kMaxSecretBytes) {
      line += key;
    }
  }
}

}  // namespace

void occupy_standard_descriptors() noexcept {
  constexpr std::array<int, 3> kModes{O_RDONLY, O_RDONLY, O_WRONLY};
  for (int descriptor = STDIN_FILENO; descriptor <= STDERR_FILENO; ++descriptor) {
    if (::fcntl(descriptor, F_GETFD) != -1) continue;
    // open(2) takes the lowest free number, which is this one: those below are in use by now.
    (void)::open("/dev/null", kModes[static_cast<std::size_t>(descriptor)]);
  }
}

void show_on_terminal(std::string_view text) {
  [[maybe_unused]] const ssize_t written = ::write(STDERR_FILENO, text.data(), text.size());
}

std::optional<std::string> ask_for_text(const std::string& question, const std::stop_token& stop) {
  if (!is_at_terminal()) return std::nullopt;
  show_on_terminal(question);
  std::string line;
  for (;;) {
    // The terminal itself shows and edits the line, and hands it over when it is complete.
    const char key = read_key(kTextPatience, stop);
    if (stop.stop_requested()) {
      show_on_terminal("\n");
      throw Error(Fault::Interrupted, "stopped before the question was answered");
    }
    if (key == '\0') return std::nullopt;
    if (key == '\n') return line;
    if (line.size() < kMaxTextBytes) line += key;
  }
}

std::optional<Secret> ask_for_secret(const std::string& question, const std::stop_token& stop) {
  if (!is_at_terminal()) return std::nullopt;
  const SilentTerminal silent;
  show_on_terminal(question);
  std::optional<Secret> answer = read_line(stop);
  show_on_terminal("\n");
  if (stop.stop_requested())
    throw Error(Fault::Interrupted, "stopped before the question was answered");
  return answer;
}

LogFormat log_format_of_standard_error(const Environment& environment) {
  const std::string stream = environment.find("JOURNAL_STREAM").value_or("");
  struct stat status {};
  if (::fstat(STDERR_FILENO, &status) != 0) return LogFormat::Text;
  return stream == fmt::format("{}:{}", status.st_dev, status.st_ino) ? LogFormat::Journal
                                                                      : LogFormat::Text;
}

std::optional<std::size_t> terminal_width() {
  if (::isatty(STDERR_FILENO) == 0) return std::nullopt;
  winsize size{};
  if (::ioctl(STDERR_FILENO, TIOCGWINSZ, &size) != 0 || size.ws_col == 0) return kUsualWidth;
  return size.ws_col;
}

}  // namespace vrni2syslog
