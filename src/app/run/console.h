#pragma once

#include "app/run/progress.h"
#include "app/settings/settings.h"
#include "base/clock.h"
#include "base/log.h"

#include <cstddef>
#include <optional>
#include <string_view>

namespace vrni2syslog {

/// Standard error: messages, and on a terminal the progress line between them. Writes nothing in a
/// run from cron that succeeds.
class Console {
 public:
  /// `width` is the terminal's, if there is one to show progress on; `clock` must outlive the
  /// console.
  Console(const LogSettings& settings, std::optional<std::size_t> width, const Clock& clock);

  [[nodiscard]] Log& log() noexcept { return log_; }

  void show_progress(const RunStatistics& statistics);
  /// Removes the progress line.
  void end_progress();
  /// Writes what a successful run did.
  void show_summary(const RunStatistics& statistics);

 private:
  void write(std::string_view text);

  std::optional<ProgressLine> progress_;
  SteadyTime begin_;
  const Clock& clock_;
  Log log_;
};

/// Writes all of `text` to a descriptor. Returns 0, or the errno value of a failure.
int write_text(int descriptor, std::string_view text) noexcept;

}  // namespace vrni2syslog
