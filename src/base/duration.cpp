#include "base/duration.h"

#include "base/error.h"
#include "base/text/number.h"

#include <fmt/core.h>

#include <algorithm>
#include <array>
#include <cstdint>
#include <utility>

namespace vrni2syslog {
namespace {

using std::chrono::seconds;

constexpr std::array<std::pair<char, std::int64_t>, 5> kTimeUnits{
    {{'s', 1}, {'m', 60}, {'h', 3600}, {'d', 86'400}, {'w', 604'800}}};
constexpr std::int64_t kMaxDurationSeconds = 10LL * 366 * 86'400;

constexpr std::array<std::pair<char, std::int64_t>, 3> kSizeUnits{
    {{'k', 1024}, {'M', 1024 * 1024}, {'G', 1024 * 1024 * 1024}}};
constexpr std::int64_t kMaxSizeBytes = 1024LL * 1024 * 1024 * 1024;

/// Takes the number off the start of `text`; -1 if there is none, or one larger than `max`.
[[nodiscard]] std::int64_t take_number(std::string_view& text, std::int64_t max) {
  const std::size_t digits = std::min(text.find_first_not_of("0123456789"), text.size());
  const std::int64_t number = parse_whole<std::int64_t>(text.substr(0, digits)).value_or(-1);
  text.remove_prefix(digits);
  return number <= max ? number : -1;
}

}  // namespace

seconds parse_duration(std::string_view text) {
  std::string_view rest = text;
  const std::int64_t number = take_number(rest, kMaxDurationSeconds);
  for (const auto& [unit, factor] : kTimeUnits) {
    if (number >= 0 && rest.size() == 1 && rest[0] == unit &&
        number <= kMaxDurationSeconds / factor) {
      return seconds(number * factor);
    }
  }
  throw Error(
      Fault::Usage,
      fmt::format(
          "'{}' is not a duration; write a whole number and a unit, as in 90s, 10m, 24h, 7d",
          printable(text)));
}

std::string format_duration(seconds duration) {
  // Days and weeks are written in hours: "24h" cannot be mistaken for a calendar day, which may
  // have 23 or 25 hours.
  for (const auto& [unit, factor] : {std::pair{'h', 3600}, std::pair{'m', 60}}) {
    if (duration.count() != 0 && duration.count() % factor == 0) {
      return fmt::format("{}{}", duration.count() / factor, unit);
    }
  }
  return fmt::format("{}s", duration.count());
}

std::string format_seconds(std::chrono::milliseconds duration) {
  return fmt::format("{:g} s", static_cast<double>(duration.count()) / 1000.0);
}

std::size_t parse_size(std::string_view text) {
  std::string_view rest = text;
  const std::int64_t number = take_number(rest, kMaxSizeBytes);
  if (number >= 0 && rest.empty()) return static_cast<std::size_t>(number);
  for (const auto& [unit, factor] : kSizeUnits) {
    if (number >= 0 && rest.size() == 1 && rest[0] == unit && number <= kMaxSizeBytes / factor) {
      return static_cast<std::size_t>(number * factor);
    }
  }
  throw Error(
      Fault::Usage,
      fmt::format(
          "'{}' is not a size; write a number of bytes, or one with k, M or G, as in 8000, 64k, 2M",
          printable(text)));
}

}  // namespace vrni2syslog
