#pragma once

#include <chrono>
#include <functional>
#include <mutex>
#include <string>
#include <string_view>

namespace vrni2syslog {

enum class LogLevel { Error, Warning, Info, Debug };
enum class LogFormat { Text, Json };

/// Messages about the run, one line each, to standard error. Messages below `level` are not
/// written, so that a successful run from cron is silent. May be called from any thread.
class Log {
 public:
  using Writer = std::function<void(std::string_view line)>;

  /// Writes to standard error.
  Log(LogLevel level, LogFormat format);
  /// Hands each line, with its line break, to `writer`; for tests, and for programs that draw on
  /// the same terminal. `watcher`, if set, gets the text of every long pause, without a line break.
  Log(LogLevel level, LogFormat format, Writer writer, Writer watcher = nullptr);

  void error(std::string_view message) { write(LogLevel::Error, message); }
  void warning(std::string_view message) { write(LogLevel::Warning, message); }
  void info(std::string_view message) { write(LogLevel::Info, message); }
  void debug(std::string_view message) { write(LogLevel::Debug, message); }

  /// Says why the run waits for a while: an info message. If the pause is long enough to be
  /// noticed (10 s), the watcher gets it too.
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
