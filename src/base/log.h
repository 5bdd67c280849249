#pragma once

#include "base/log_event.h"

#include <chrono>
#include <functional>
#include <initializer_list>
#include <mutex>
#include <string>
#include <string_view>

namespace vrni2syslog {

enum class LogLevel { Error, Warning, Info, Debug };

/// The journal of systemd takes the level from the beginning of a line, "<4>" (sd-daemon(3)), and
/// adds the name of the program.
enum class LogFormat {
  Text,         ///< "vrni2syslog: warning: what happened"
  Json,         ///< one object a line, as packaging/doc/log.schema.json says
  Journal,      ///< "<4>what happened"
  JournalJson,  ///< "<4>" and the object
};

/// Messages about the run, one line each, to standard error. Messages below `level` are not
/// written, so that a successful run from cron is silent. The fields of a message are for programs:
/// only JSON has them. May be called from any thread.
class Log {
 public:
  using Writer = std::function<void(std::string_view line)>;
  using Fields = std::initializer_list<LogField>;

  /// Writes to standard error.
  Log(LogLevel level, LogFormat format);
  /// Hands each line, with its line break, to `writer`; for tests, and for programs that draw on
  /// the same terminal. `watcher`, if set, gets the text of every long pause, without a line break.
  Log(LogLevel level, LogFormat format, Writer writer, Writer watcher = nullptr);

  void error(LogEvent event, std::string_view message, Fields fields = {}) {
    write(LogLevel::Error, event, message, fields);
  }
  void warning(LogEvent event, std::string_view message, Fields fields = {}) {
    write(LogLevel::Warning, event, message, fields);
  }
  void info(LogEvent event, std::string_view message, Fields fields = {}) {
    write(LogLevel::Info, event, message, fields);
  }
  void debug(LogEvent event, std::string_view message, Fields fields = {}) {
    write(LogLevel::Debug, event, message, fields);
  }

  /// Says why the run waits for a while: an info message. If the pause is long enough to be
  /// noticed (1 s), the watcher gets it too.
  void pause(LogEvent event, std::string_view message, std::chrono::milliseconds length,
             Fields fields = {});

  /// From now on every message has this field, too.
  void add_context(const LogField& field);

  [[nodiscard]] bool is_enabled(LogLevel level) const noexcept { return level <= level_; }

 private:
  void write(LogLevel level, LogEvent event, std::string_view message, Fields fields);
  [[nodiscard]] std::string json(LogLevel level, LogEvent event, std::string_view message,
                                 Fields fields) const;

  LogLevel level_;
  LogFormat format_;
  Writer writer_;
  Writer watcher_;
  std::string context_;  ///< the fields of every message, as they are in JSON
  std::mutex mutex_;
};

}  // namespace vrni2syslog
