/// Any value of an option, by the kind that the first byte names: durations, sizes, times,
/// fingerprints and names are refused on one line, or read back from what is written of them.

#include "app/options/value_parsers.h"
#include "app/settings/window_request.h"
#include "base/duration.h"
#include "base/timestamp.h"
#include "delivery/checkpoint/job_identity.h"
#include "fuzz_input.h"
#include "properties.h"
#include "tls/tls_settings.h"
#include "vrni/api/platform_time.h"

#include <algorithm>
#include <chrono>
#include <cstdint>
#include <string>
#include <string_view>

namespace vrni2syslog::testing {
namespace {

void check_duration(std::string_view text) {
  const auto duration = result_unless_refused({Fault::Usage}, [&] { return parse_duration(text); });
  if (!duration) return;
  require(parse_duration(format_duration(*duration)) == *duration, "a duration is not read back",
          text);
  (void)result_unless_refused({Fault::Usage}, [&] { return parse_resolution(text); });
  (void)result_unless_refused({Fault::Usage}, [&] { return parse_time_limit(text); });
}

void check_size(std::string_view text) {
  const auto bytes = result_unless_refused({Fault::Usage}, [&] { return parse_size(text); });
  if (bytes) require(parse_size(std::to_string(*bytes)) == *bytes, "a size is not read back", text);
}

void check_time(std::string_view text, const TimeZone& zone) {
  const auto time = result_unless_refused({Fault::Usage}, [&] { return parse_time(text, zone); });
  if (!time) return;
  const std::string written = to_rfc3339(*time);
  require(parse_time(written, zone) == *time, "a time is not read back", written);
}

void check_fingerprint(std::string_view text) {
  const auto digest =
      result_unless_refused({Fault::Usage}, [&] { return parse_fingerprint(text); });
  if (digest)
    require(parse_fingerprint(format_fingerprint(*digest)) == *digest,
            "a fingerprint is not read back", text);
}

void check_names(std::string_view text) {
  const auto job = result_unless_refused({Fault::Usage}, [&] { return parse_job_name(text); });
  if (job) require(*job == text && !job->starts_with('.'), "a job's name has changed", text);
  const auto header =
      result_unless_refused({Fault::Usage}, [&] { return parse_header_text(text, 48); });
  if (header)
    require(*header == text && text.size() <= 48 &&
                std::ranges::all_of(text, [](char c) { return c > ' ' && c <= '~'; }),
            "a text does not fit a header", text);
}

void check_api_time(std::string_view text) {
  const std::optional<UnixSeconds> time = parse_api_time(text);
  if (time)
    require(parse_api_time(std::to_string(time->time_since_epoch().count())) == time,
            "a time of the API is not read back", text);
}

/// The units of a window are the window, without a gap, each a unit of its own.
void check_units(FuzzInput input, const TimeZone& zone) {
  const UnixSeconds start{std::chrono::seconds(input.number(4))};
  const TimeWindow window{start, start + std::chrono::seconds(1 + input.number(3) % 1'000'000)};
  const std::chrono::seconds resolution =
      (input.byte() & 1U) != 0 ? std::chrono::hours(24) * (1 + input.byte() % 15U)
                               : std::chrono::seconds(1000 + input.number(3) % 200'000);
  UnixSeconds at = window.start;
  for (const TimeWindow& unit : units_of(window, resolution, zone)) {
    require(unit.start == at && !unit.is_empty() && unit.end <= window.end, "a unit is wrong");
    require(unit.end - unit.start <= resolution + std::chrono::hours(3), "a unit is too long");
    require(start_of_unit(unit.end - std::chrono::seconds(1), resolution, zone) <= unit.start,
            "a unit holds the start of another");
    at = unit.end;
  }
  require(at == window.end, "the units are not the window");
}

void check(FuzzInput input) {
  const std::uint8_t kind = input.byte();
  static const TimeZone kZones[] = {TimeZone::utc(), TimeZone::locate("Europe/Amsterdam"),
                                    TimeZone::locate("Australia/Lord_Howe"),
                                    TimeZone::locate("America/Santiago")};
  const TimeZone& zone = kZones[kind / 8U % std::size(kZones)];
  switch (kind % 7U) {
    case 0:
      return check_duration(input.all());
    case 1:
      return check_size(input.all());
    case 2:
      return check_time(input.all(), zone);
    case 3:
      return check_fingerprint(input.all());
    case 4:
      return check_names(input.all());
    case 5:
      return check_api_time(input.all());
    default:
      return check_units(input, zone);
  }
}

}  // namespace
}  // namespace vrni2syslog::testing

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  vrni2syslog::testing::check(vrni2syslog::testing::FuzzInput(data, size));
  return 0;
}
