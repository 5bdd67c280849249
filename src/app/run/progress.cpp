#include "app/run/progress.h"

#include "base/duration.h"
#include "pipeline/run_totals.h"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <utility>

namespace vrni2syslog {
namespace {

using std::chrono::milliseconds;
using std::chrono::seconds;

constexpr milliseconds kRedrawInterval{100};
constexpr double kTooEarlyToTell = 0.01;
constexpr seconds kLongestEstimate{100 * 3600};
/// Carriage return, and ECMA-48 "erase in line".
constexpr std::string_view kEraseLine = "\r\x1b[K";

[[nodiscard]] std::string grouped(std::uint64_t number) {
  std::string digits = std::to_string(number);
  for (std::size_t i = digits.size(); i > 3; i -= 3) digits.insert(i - 3, ",");
  return digits;
}

[[nodiscard]] std::uint64_t per_second(std::uint64_t count, milliseconds elapsed) {
  const auto divisor = std::max<std::int64_t>(1, elapsed.count());
  return static_cast<std::uint64_t>(static_cast<double>(count) * 1000.0 /
                                    static_cast<double>(divisor));
}

/// "1h02m", "3m20s", "12s"
[[nodiscard]] std::string rough_duration(seconds duration) {
  const auto count = duration.count();
  if (count >= 3600) return fmt::format("{}h{:02}m", count / 3600, count / 60 % 60);
  if (count >= 60) return fmt::format("{}m{:02}s", count / 60, count % 60);
  return fmt::format("{}s", count);
}

[[nodiscard]] std::string size_text(std::uint64_t bytes) {
  const auto value = static_cast<double>(bytes);
  if (bytes >= 1024ULL * 1024 * 1024) return fmt::format("{:.1f} GiB", value / 1073741824.0);
  if (bytes >= 1024ULL * 1024) return fmt::format("{:.1f} MiB", value / 1048576.0);
  return fmt::format("{:.1f} KiB", value / 1024.0);
}

/// "12,000 of 48,120", or "12,000" if the platform does not say of how many.
[[nodiscard]] std::string flows_text(const EpochCounts& counts) {
  if (counts.unannounced > 0) return grouped(counts.received);
  return fmt::format("{} of {}", grouped(counts.received), grouped(counts.announced));
}

/// " in 24 windows"
[[nodiscard]] std::string windows_text(const RunStatistics& statistics) {
  if (statistics.units_total <= 1) return {};
  return fmt::format(" in {} windows", grouped(statistics.units_done));
}

}  // namespace

std::optional<double> ProgressEstimate::update(const RunStatistics& statistics) {
  if (statistics.units_done != units_done_) {
    units_done_ = statistics.units_done;
    announced_before_ = statistics.epochs.announced;
    received_before_ = statistics.epochs.received;
  }
  if (statistics.units_total == 0) return std::nullopt;
  const auto announced = static_cast<double>(statistics.epochs.announced - announced_before_);
  const auto received = static_cast<double>(statistics.epochs.received - received_before_);
  const double of_unit = announced > 0 ? std::min(1.0, received / announced) : 0.0;
  const double done =
      (static_cast<double>(units_done_) + of_unit) / static_cast<double>(statistics.units_total);
  if (done < kTooEarlyToTell) return std::nullopt;
  return std::min(done, 1.0);
}

std::string progress_text(const RunStatistics& statistics, milliseconds elapsed,
                          std::optional<double> done) {
  std::string text = fmt::format("{} flows", flows_text(statistics.epochs));
  if (statistics.units_total > 1) {
    text +=
        fmt::format(", unit {} of {}", std::min(statistics.units_done + 1, statistics.units_total),
                    statistics.units_total);
  }
  text += fmt::format(", {} lines/s", grouped(per_second(statistics.epochs.lines, elapsed)));
  if (!done) return text;
  const double left = static_cast<double>(elapsed.count()) / 1000.0 * (1.0 - *done) / *done;
  if (left < static_cast<double>(kLongestEstimate.count())) {
    text += fmt::format(", {} left", rough_duration(seconds(std::lround(left))));
  }
  return text;
}

std::string summary_text(const RunStatistics& statistics, milliseconds elapsed) {
  const auto took = std::chrono::round<seconds>(elapsed);
  std::string text = fmt::format(
      "{} flows{}, {} lines of {} in {} ({} lines/s), {} calls to the platform",
      flows_text(statistics.epochs), windows_text(statistics), grouped(statistics.epochs.lines),
      size_text(statistics.epochs.line_bytes), rough_duration(took),
      grouped(per_second(statistics.epochs.lines, elapsed)), grouped(statistics.source.calls));
  for (const RunTotal& total : run_totals()) {
    const std::uint64_t count = total.value(statistics).value_or(0);
    if (count > 0 && !total.summary.empty())
      text += fmt::format(", {} {}", grouped(count), total.summary);
  }
  return text;
}

ProgressLine::ProgressLine(Writer writer, const Clock& clock, std::size_t width)
    : writer_(std::move(writer)), clock_(clock), width_(width), begin_(clock.steady_now()) {}

void ProgressLine::show(const RunStatistics& statistics) {
  const std::lock_guard lock(mutex_);
  const std::optional<double> done = estimate_.update(statistics);
  const SteadyTime now = clock_.steady_now();
  if (drawn_ && now - *drawn_ < kRedrawInterval) return;
  draw_locked(progress_text(statistics, elapsed(), done));
  drawn_ = now;
}

void ProgressLine::show_pause(std::string_view text) {
  const std::lock_guard lock(mutex_);
  draw_locked(std::string(text));
  drawn_.reset();
}

void ProgressLine::draw_locked(std::string text) {
  // A line as wide as the terminal wraps on some of them, and could not be erased any more.
  text.resize(std::min(text.size(), width_ > 1 ? width_ - 1 : 0));
  writer_(std::string(kEraseLine) + text);
  is_shown_ = true;
}

void ProgressLine::write(std::string_view text) {
  const std::lock_guard lock(mutex_);
  clear_locked();
  writer_(text);
}

void ProgressLine::clear() {
  const std::lock_guard lock(mutex_);
  clear_locked();
}

void ProgressLine::clear_locked() {
  if (is_shown_) writer_(kEraseLine);
  is_shown_ = false;
  drawn_.reset();
}

milliseconds ProgressLine::elapsed() const {
  return std::chrono::duration_cast<milliseconds>(clock_.steady_now() - begin_);
}

}  // namespace vrni2syslog
