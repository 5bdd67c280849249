#pragma once

#include "base/clock.h"
#include "pipeline/run_statistics.h"

#include <chrono>
#include <cstddef>
#include <functional>
#include <mutex>
#include <optional>
#include <string>
#include <string_view>

namespace vrni2syslog {

/// Estimates how far a run is, from 0 to 1; nullopt while too little is known.
class ProgressEstimate {
 public:
  [[nodiscard]] std::optional<double> update(const RunStatistics& statistics);

 private:
  std::uint64_t units_done_ = 0;
  std::uint64_t announced_before_ = 0;  ///< in the units that are done
  std::uint64_t received_before_ = 0;
};

/// "12,000 of 48,120 flows, 3,100 lines/s, 12s left"
[[nodiscard]] std::string progress_text(const RunStatistics& statistics,
                                        std::chrono::milliseconds elapsed,
                                        std::optional<double> done);

/// "48,120 of 48,120 flows in 24 windows, 48,120 lines of 21.3 MiB in 14s (3,100 lines/s), 102
/// calls to the platform, 2 repeated"
[[nodiscard]] std::string summary_text(const RunStatistics& statistics,
                                       std::chrono::milliseconds elapsed);

/// The last line of a terminal, redrawn in place at most ten times a second. Messages of the
/// program go through it, so that they and the line do not overwrite one another. May be used from
/// several threads.
class ProgressLine {
 public:
  using Writer = std::function<void(std::string_view)>;

  /// `clock` must outlive the line; `width` is the terminal's.
  ProgressLine(Writer writer, const Clock& clock, std::size_t width);

  void show(const RunStatistics& statistics);
  /// Shows what the run waits for, until there is progress to show again.
  void show_pause(std::string_view text);
  /// Takes the line away and writes `text`, which ends with a line break, in its place.
  void write(std::string_view text);
  void clear();

  [[nodiscard]] std::chrono::milliseconds elapsed() const;

 private:
  void draw_locked(std::string text);
  void clear_locked();

  Writer writer_;
  const Clock& clock_;
  std::size_t width_;
  SteadyTime begin_;
  std::optional<SteadyTime> drawn_;
  bool is_shown_ = false;
  ProgressEstimate estimate_;
  std::mutex mutex_;
};

}  // namespace vrni2syslog
