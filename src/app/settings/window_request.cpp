#include "app/settings/window_request.h"

#include "base/duration.h"
#include "base/error.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <iterator>

namespace vrni2syslog {
namespace {

constexpr std::chrono::seconds kMinResolution{60};
constexpr std::array kWindowOptions{Option::Last, Option::Yesterday, Option::Since, Option::Until};

/// What the options say; the filter may still add to it.
[[nodiscard]] WindowRequest read_window_options(const OptionValues& values, UnixSeconds now) {
  WindowRequest request;
  request.zone = values.parse(Option::TimeZone, TimeZone::locate);
  request.settle = values.parse(Option::Settle, parse_duration);
  request.is_yesterday = values.is_set(Option::Yesterday);
  const auto parse_start = [&](std::string_view text) { return parse_time(text, request.zone); };
  const auto parse_until = [&](std::string_view text) {
    return parse_end(text, request.zone, now);
  };
  if (values.is_given(Option::Last)) request.last = values.parse(Option::Last, parse_duration);
  if (values.is_given(Option::Since)) request.since = values.parse(Option::Since, parse_start);
  if (values.is_given(Option::Until)) request.until = values.parse(Option::Until, parse_until);
  if (values.is_given(Option::Resolution)) {
    request.resolution = values.parse(Option::Resolution, parse_resolution);
  }
  return request;
}

}  // namespace

WindowRequest make_window_request(const OptionValues& values, const SearchFilter& filter,
                                  UnixSeconds now) {
  WindowRequest request = read_window_options(values, now);
  if (!filter.last) return request;
  std::vector<Option> given = given_window_options(values);
  if (!given.empty()) {
    given.push_back(Option::Filter);
    throw values.error(given, "each names a window ('in last ...' in the filter); give one");
  }
  request.last = filter.last;
  return request;
}

std::vector<Option> given_window_options(const OptionValues& values) {
  std::vector<Option> given;
  std::ranges::copy_if(kWindowOptions, std::back_inserter(given),
                       [&](Option option) { return values.is_given(option); });
  return given;
}

bool names_window(const WindowRequest& request) noexcept {
  return request.last || request.is_yesterday || request.since || request.until;
}

std::chrono::seconds parse_resolution(std::string_view text) {
  const std::chrono::seconds resolution = parse_duration(text);
  if (resolution < kMinResolution) {
    throw Error(Fault::Usage, fmt::format("'{}' is too short; at least {}", printable(text),
                                          format_duration(kMinResolution)));
  }
  return resolution;
}

UnixSeconds parse_end(std::string_view text, const TimeZone& zone, UnixSeconds now) {
  const UnixSeconds end = parse_time(text, zone);
  if (end > now) {
    throw Error(Fault::Usage, fmt::format("{} is in the future; give {} at the latest",
                                          to_rfc3339(end), to_rfc3339(now)));
  }
  return end;
}

}  // namespace vrni2syslog
