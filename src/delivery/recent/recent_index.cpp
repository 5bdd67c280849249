#include "delivery/recent/recent_index.h"

#include "base/error.h"
#include "delivery/checkpoint/state_text.h"

#include <fmt/format.h>

#include <algorithm>
#include <iterator>
#include <utility>

namespace vrni2syslog {
namespace {

constexpr std::string_view kIndexMagic = "vrni2syslog recent windows ";
constexpr int kFirstIndexVersion = 1;
constexpr int kIndexVersion = 2;

[[nodiscard]] bool overlap(const TimeWindow& one, const TimeWindow& other) noexcept {
  return one.start < other.end && other.start < one.end;
}

[[nodiscard]] bool is_of_nobody(const RecentReading& reading) noexcept {
  return reading.collectors.empty() && reading.awaited.empty();
}

void append_reading(std::string& text, const RecentReading& reading) {
  append_state_line(text, "window", to_text(reading.window));
  for (const std::string& name : reading.collectors) append_state_line(text, "  collector", name);
  for (const auto& [name, manifest] : reading.awaited) {
    append_state_line(text, "  awaited", name);
    append_state_line(text, "  manifest", manifest);
  }
  append_state_line(text, "  read", to_rfc3339(reading.read_at));
  append_state_line(text, "  count", reading.count ? fmt::to_string(*reading.count) : "");
  append_state_line(text, "  counted", to_rfc3339(reading.counted_at));
  append_state_line(text, "  asked", to_rfc3339(reading.asked_at));
  append_state_line(text, "  file", fmt::to_string(reading.number));
  append_state_line(text, "  flows", fmt::to_string(reading.flows));
  append_state_line(text, "  hashes", reading.hashes_digest);
}

[[nodiscard]] RecentReading take_reading(StateLines& lines) {
  RecentReading reading;
  reading.window = lines.window_of("window");
  while (lines.is_before("  collector"))
    reading.collectors.push_back(lines.value_of("  collector"));
  while (lines.is_before("  awaited")) {
    std::string name = lines.value_of("  awaited");
    reading.awaited.emplace(std::move(name), lines.value_of("  manifest"));
  }
  if (is_of_nobody(reading)) throw_damaged_state("a window has no collector");
  reading.read_at = lines.time_of("  read");
  reading.count = lines.optional_number_of("  count");
  reading.counted_at = lines.time_of("  counted");
  reading.asked_at = lines.time_of("  asked");
  reading.number = lines.number_of("  file");
  reading.flows = lines.number_of("  flows");
  reading.hashes_digest = lines.value_of("  hashes");
  return reading;
}

}  // namespace

std::string format_recent_index(const RecentIndex& index) {
  std::string text = fmt::format("{}{}\n", kIndexMagic, kIndexVersion);
  append_state_line(text, "key", fmt::to_string(index.key));
  for (const RecentReading& reading : index.readings) append_reading(text, reading);
  append_state_digest(text);
  return text;
}

RecentIndex parse_recent_index(std::string_view text) {
  if (require_state_version(text, kIndexMagic, kFirstIndexVersion, kIndexVersion) < kIndexVersion) {
    throw Error(Fault::CannotWrite,
                "is of an earlier version of this program, which told flows apart in another way");
  }
  StateLines lines(text);
  RecentIndex index;
  index.key = lines.number_of("key");
  while (!lines.is_at_end()) index.readings.push_back(take_reading(lines));
  if (format_recent_index(index) != text) throw_damaged_state("it contradicts itself");
  return index;
}

std::vector<RecentReading> readings_to_recount(const RecentIndex& index, UnixSeconds forgotten,
                                               std::size_t most) {
  std::vector<RecentReading> readings;
  for (const RecentReading& reading : index.readings) {
    const bool is_confirmed = !reading.collectors.empty();
    if (is_confirmed && reading.count && reading.window.end > forgotten)
      readings.push_back(reading);
  }
  std::ranges::stable_sort(readings, {}, &RecentReading::asked_at);
  readings.resize(std::min(readings.size(), most));
  std::ranges::stable_sort(readings, {},
                           [](const RecentReading& reading) { return reading.window.start; });
  return readings;
}

void add_reading(RecentIndex& index, RecentReading reading) {
  for (RecentReading& earlier : index.readings) {
    if (!overlap(earlier.window, reading.window)) continue;
    for (const std::string& name : reading.collectors) {
      std::erase(earlier.collectors, name);
      earlier.awaited.erase(name);
    }
  }
  drop_readings_of_nobody(index);
  index.readings.push_back(std::move(reading));
}

void drop_readings_of_nobody(RecentIndex& index) {
  std::erase_if(index.readings, is_of_nobody);
}

std::vector<TimeWindow> drop_old_readings(RecentIndex& index, UnixSeconds forgotten) {
  std::vector<RecentReading>& readings = index.readings;
  // Not std::ranges::stable_partition(): clang 14, with which the fuzz targets are built, cannot
  // compile what it returns.
  const auto recent = std::stable_partition(
      readings.begin(), readings.end(),
      [&](const RecentReading& reading) { return reading.window.end <= forgotten; });
  auto first_kept = readings.end();
  std::uint64_t flows = 0;
  while (first_kept != recent &&
         readings.end() - first_kept < static_cast<std::ptrdiff_t>(kMaxRecentReadings)) {
    flows += std::prev(first_kept)->flows;
    if (flows > kMaxRecentFlows) break;
    --first_kept;
  }
  std::vector<TimeWindow> never_recounted;
  for (auto reading = readings.begin(); reading != first_kept; ++reading) {
    if (reading->count && reading->counted_at == reading->read_at)
      never_recounted.push_back(reading->window);
  }
  readings.erase(readings.begin(), first_kept);
  return never_recounted;
}

}  // namespace vrni2syslog
