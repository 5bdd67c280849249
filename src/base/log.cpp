#include "base/log.h"

#include "base/text/json_string.h"
#include "base/text/utf8.h"
#include "base/timestamp.h"

#include <fmt/core.h>

#include <chrono>
#include <unistd.h>
#include <utility>

namespace vrni2syslog {
namespace {

/// Shorter pauses are not worth showing.
constexpr std::chrono::seconds kNoticedPause{10};

[[nodiscard]] std::string_view name_of(LogLevel level) {
  switch (level) {
    case LogLevel::Error:
      return "error";
    case LogLevel::Warning:
      return "warning";
    case LogLevel::Info:
      return "info";
    case LogLevel::Debug:
      return "debug";
  }
  return "error";
}

void write_to_standard_error(std::string_view line) {
  // A single write keeps lines of several processes from mixing. A failure cannot be reported
  // anywhere.
  [[maybe_unused]] const ssize_t written = ::write(STDERR_FILENO, line.data(), line.size());
}

[[nodiscard]] std::string text_line(LogLevel level, std::string_view message) {
  return fmt::format("vrni2syslog: {}{}\n",
                     level == LogLevel::Info ? "" : fmt::format("{}: ", name_of(level)), message);
}

[[nodiscard]] std::string json_line(LogLevel level, std::string_view message) {
  std::string line = "{\"time\":\"";
  append_rfc3339_millis(
      line, std::chrono::floor<std::chrono::milliseconds>(std::chrono::system_clock::now()));
  line += fmt::format("\",\"level\":\"{}\",\"message\":", name_of(level));
  append_json_string(line, message);
  line += "}\n";
  return line;
}

}  // namespace

Log::Log(LogLevel level, LogFormat format) : Log(level, format, write_to_standard_error) {}

Log::Log(LogLevel level, LogFormat format, Writer writer, Writer watcher)
    : level_(level), format_(format), writer_(std::move(writer)), watcher_(std::move(watcher)) {}

void Log::pause(std::string_view message, std::chrono::milliseconds length) {
  info(message);
  if (!watcher_ || length < kNoticedPause) return;
  std::string clean;
  append_clean_utf8(clean, message);
  const std::lock_guard lock(mutex_);
  watcher_(clean);
}

void Log::write(LogLevel level, std::string_view message) {
  if (!is_enabled(level)) return;
  std::string clean;
  append_clean_utf8(clean, message);
  const std::string line =
      format_ == LogFormat::Json ? json_line(level, clean) : text_line(level, clean);
  const std::lock_guard lock(mutex_);
  writer_(line);
}

}  // namespace vrni2syslog
