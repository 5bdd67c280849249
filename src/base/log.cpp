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

/// Shorter pauses are not noticed. The first ones after a collector refuses a connection take
/// seconds, and a progress line that stands still in them says nothing.
constexpr std::chrono::seconds kNoticedPause{1};

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

/// The severity of syslog (RFC 5424 section 6.2.1) that the journal shows.
[[nodiscard]] int severity_of(LogLevel level) {
  switch (level) {
    case LogLevel::Error:
      return 3;
    case LogLevel::Warning:
      return 4;
    case LogLevel::Info:
      return 6;
    case LogLevel::Debug:
      return 7;
  }
  return 3;
}

}  // namespace

Log::Log(LogLevel level, LogFormat format) : Log(level, format, write_to_standard_error) {}

Log::Log(LogLevel level, LogFormat format, Writer writer, Writer watcher)
    : level_(level), format_(format), writer_(std::move(writer)), watcher_(std::move(watcher)) {}

void Log::pause(LogEvent event, std::string_view message, std::chrono::milliseconds length,
                Fields fields) {
  info(event, message, fields);
  if (!watcher_ || length < kNoticedPause) return;
  std::string clean;
  append_clean_utf8(clean, message);
  const std::lock_guard lock(mutex_);
  watcher_(clean);
}

void Log::add_context(const LogField& field) {
  const std::lock_guard lock(mutex_);
  field.append_to(context_);
}

/// The caller holds the lock.
std::string Log::json(LogLevel level, LogEvent event, std::string_view message,
                      Fields fields) const {
  std::string object = "{\"time\":\"";
  append_rfc3339_millis(
      object, std::chrono::floor<std::chrono::milliseconds>(std::chrono::system_clock::now()));
  object += fmt::format("\",\"level\":\"{}\",\"event\":\"{}\",\"message\":", name_of(level),
                        name_of(event));
  append_json_string(object, message);
  object += context_;
  for (const LogField& field : fields) field.append_to(object);
  return object + "}\n";
}

void Log::write(LogLevel level, LogEvent event, std::string_view message, Fields fields) {
  if (!is_enabled(level)) return;
  std::string clean;
  append_clean_utf8(clean, message);
  const std::lock_guard lock(mutex_);
  switch (format_) {
    case LogFormat::Text:
      return writer_(text_line(level, clean));
    case LogFormat::Journal:
      return writer_(fmt::format("<{}>{}\n", severity_of(level), clean));
    case LogFormat::Json:
      return writer_(json(level, event, clean, fields));
    case LogFormat::JournalJson:
      return writer_(fmt::format("<{}>{}", severity_of(level), json(level, event, clean, fields)));
  }
}

}  // namespace vrni2syslog
