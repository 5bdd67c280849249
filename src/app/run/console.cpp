#include "app/run/console.h"

#include "app/options/version.h"

#include <fmt/format.h>

#include <cerrno>
#include <poll.h>
#include <unistd.h>

namespace vrni2syslog {
namespace {

constexpr int kPatienceMillis = 1000;

/// Standard error may be a terminal that somebody has stopped (Ctrl-S). Drops the message then: a
/// run must not wait for ever to show it.
void write_message(std::string_view text) noexcept {
  pollfd state{STDERR_FILENO, POLLOUT, 0};
  const bool is_stopped = ::isatty(STDERR_FILENO) != 0 && ::poll(&state, 1, kPatienceMillis) == 0;
  if (!is_stopped) write_text(STDERR_FILENO, text);
}

}  // namespace

Console::Console(const LogSettings& settings, std::optional<std::size_t> width, const Clock& clock)
    : begin_(clock.steady_now()),
      clock_(clock),
      log_(
          settings.level, settings.format, [this](std::string_view line) { write(line); },
          [this](std::string_view text) {
            if (progress_) progress_->show_pause(text);
          }) {
  log_.add_context({"program", std::string_view("vrni2syslog")});
  log_.add_context({"version", kVersion});
  log_.add_context({"pid", ::getpid()});
  const bool wants_progress =
      settings.level >= LogLevel::Warning && settings.format == LogFormat::Text;
  if (width && wants_progress) {
    progress_.emplace([](std::string_view text) { write_message(text); }, clock, *width);
  }
}

void Console::show_progress(const RunStatistics& statistics) {
  if (progress_) progress_->show(statistics);
}

void Console::end_progress() {
  if (progress_) progress_->clear();
}

void Console::show_summary(const RunStatistics& statistics) {
  const auto elapsed =
      std::chrono::duration_cast<std::chrono::milliseconds>(clock_.steady_now() - begin_);
  const std::string summary = summary_text(statistics, elapsed);
  if (progress_) {
    progress_->write(fmt::format("vrni2syslog: {}\n", summary));
  } else {
    log_.info(LogEvent::RunDone, summary,
              {{"flows", statistics.epochs.received},
               {"lines", statistics.epochs.lines},
               {"windows", statistics.units_done},
               {"duration_seconds", elapsed}});
  }
}

void Console::write(std::string_view text) {
  if (progress_) {
    progress_->write(text);
  } else {
    write_message(text);
  }
}

int write_text(int descriptor, std::string_view text) noexcept {
  while (!text.empty()) {
    const ssize_t written = ::write(descriptor, text.data(), text.size());
    if (written < 0 && errno == EINTR) continue;
    if (written < 0) return errno;
    text.remove_prefix(static_cast<std::size_t>(written));
  }
  return 0;
}

}  // namespace vrni2syslog
