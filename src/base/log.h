#pragma once

#include <chrono>
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
  /// terminal. `watcher` is told what the run waits for, without a line break, if it is set.
  Log(LogLevel level, LogFormat format, Writer writer, Writer watcher = nullptr);

  void error(std::string_view message) { write(LogLevel::Error, message); }
  void warning(std::string_view message) { write(LogLevel::Warning, message); }
  void info(std::string_view message) { write(LogLevel::Info, message); }
  void debug(std::string_view message) { write(LogLevel::Debug, message); }

  /// Why nothing goes on for a while: an info message, which whoever watches the run gets to see,
  /// too, where the pause is one that is noticed.
  void pause(std::string_view message, std::chrono::milliseconds length);

  [[nodiscard]] bool is_enabled(LogLevel level) const noexcept { return level <= level_; }

 private:
  void write(LogLevel level, std::string_view message);

  LogLevel level_;
  LogFormat format_;
  Writer writer_;
  Writer watcher_;
  std::mutex mutex_;
};

}  // namespace vrni2syslog
