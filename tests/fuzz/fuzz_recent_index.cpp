/// Any index of a job's recent windows, with a digest put behind it that is right: what is not
/// written by the program is refused as damaged or as of another version, and what is accepted is
/// written the same again. Any index that the program may have is read back as it was.

#include "delivery/recent/recent_index.h"
#include "fuzz_input.h"
#include "properties.h"
#include "state_input.h"

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>

namespace vrni2syslog::testing {
namespace {

void check_text(const std::string& text) {
  const auto index = result_unless_refused({Fault::CannotWrite, Fault::Configuration},
                                           [&] { return parse_recent_index(text); });
  if (index) require(format_recent_index(*index) == text, "an index is written differently", text);
}

RecentReading read_reading(FuzzInput& input) {
  RecentReading reading;
  reading.window.start = read_time(input);
  reading.window.end = reading.window.start + std::chrono::seconds(1 + input.number(2));
  const std::uint8_t kind = input.byte();
  for (unsigned i = 0; i <= kind % 4U; ++i) reading.collectors.push_back(input.text());
  if ((kind & 64U) != 0) reading.awaited.emplace(input.text(), input.text());
  reading.read_at = read_time(input);
  if ((kind & 128U) != 0) reading.count = input.number(8);
  reading.counted_at = read_time(input);
  reading.asked_at = read_time(input);
  reading.number = input.number(8);
  reading.flows = input.number(8);
  reading.hashes_digest = input.text();
  return reading;
}

/// What happens to the readings of an index keeps it within its bounds, and one that can be read.
void check_readings(FuzzInput input) {
  RecentIndex index;
  index.key = input.number(8);
  const UnixSeconds forgotten = read_time(input);
  while (!input.is_empty()) {
    if ((input.byte() & 1U) != 0) {
      index.readings.push_back(read_reading(input));
    } else {
      add_reading(index, read_reading(input));
    }
  }
  const std::string text = format_recent_index(index);
  require(parse_recent_index(text) == index, "an index is read differently", text);
  constexpr std::size_t kMost = 24;
  require(readings_to_recount(index, forgotten, kMost).size() <= kMost, "too many are asked for",
          text);
  const std::size_t before = index.readings.size();
  const std::size_t never_recounted = drop_old_readings(index, forgotten).size();
  require(never_recounted <= before - index.readings.size(), "more is told than dropped", text);
  for (const RecentReading& reading : index.readings)
    require(reading.window.end > forgotten, "an old reading is kept", text);
}

void check(FuzzInput input) {
  if ((input.byte() & 1U) != 0) return check_readings(input);
  const std::string_view text = input.all();
  check_text(std::string(text));
  check_text(with_digest(text));
}

}  // namespace
}  // namespace vrni2syslog::testing

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  vrni2syslog::testing::check(vrni2syslog::testing::FuzzInput(data, size));
  return 0;
}
