#pragma once

#include <functional>
#include <mutex>
#include <string>
#include <string_view>

namespace vrni2syslog {

enum class LogLevel { Error, Warning, Info, Debug };
enum class LogFormat { Text, Json };

/// What the program says of itself: one event a line, to standard error. Silent below `level`, so
/// that a successful run from cron says nothing. May be called from any thread.
class Log {
 public:
  using Writer = std::function<void(std::string_view line)>;

  /// Writes to standard error.
  Log(LogLevel level, LogFormat format);
  /// Hands each line, with its line break, to `writer`; for tests, and for whoever shares the
  /// terminal.
  Log(LogLevel level, LogFormat format, Writer writer);

  void error(std::string_view message) { write(LogLevel::Error, message); }
  void warning(std::string_view message) { write(LogLevel::Warning, message); }
  void info(std::string_view message) { write(LogLevel::Info, message); }
  void debug(std::string_view message) { write(LogLevel::Debug, message); }

  [[nodiscard]] bool is_enabled(LogLevel level) const noexcept { return level <= level_; }

 private:
  void write(LogLevel level, std::string_view message);

  LogLevel level_;
  LogFormat format_;
  Writer writer_;
  std::mutex mutex_;
};

}  // namespace vrni2syslog
