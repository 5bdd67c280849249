#include "base/timestamp.h"

#include "base/error.h"
#include "base/text/ascii.h"

#include <date/date.h>
#include <date/tz.h>
#include <fmt/core.h>

#include <algorithm>
#include <array>
#include <cstring>
#include <optional>

namespace vrni2syslog {
namespace {

using std::chrono::days;
using std::chrono::hours;
using std::chrono::milliseconds;
using std::chrono::minutes;
using std::chrono::seconds;

constexpr UnixSeconds kYear0000{seconds(-62'167'219'200)};
constexpr UnixSeconds kYear9999End{seconds(253'402'300'799)};

struct DateTime {
  int year;
  unsigned month, day, hour, minute, second;
};

[[nodiscard]] DateTime split(UnixSeconds time) {
  time = std::clamp(time, kYear0000, kYear9999End);
  const auto day = std::chrono::floor<days>(time);
  const date::year_month_day calendar{date::sys_days(day.time_since_epoch())};
  const auto of_day = static_cast<unsigned>((time - day).count());
  return {static_cast<int>(calendar.year()),
          static_cast<unsigned>(calendar.month()),
          static_cast<unsigned>(calendar.day()),
          of_day / 3600,
          of_day / 60 % 60,
          of_day % 60};
}

/// "00" to "99".
constexpr std::array<char, 200> make_digit_pairs() {
  std::array<char, 200> pairs{};
  for (std::size_t i = 0; i < 100; ++i) {
    pairs[2 * i] = static_cast<char>('0' + i / 10);
    pairs[2 * i + 1] = static_cast<char>('0' + i % 10);
  }
  return pairs;
}

constexpr std::array<char, 200> kDigitPairs = make_digit_pairs();

/// Writes a value of less than 100. Digits are written by hand because every line holds five times,
/// and date's formatting to streams costs seventy times as much.
template <std::size_t N>
void put_two_digits(std::array<char, N>& out, std::size_t position, unsigned value) {
  std::memcpy(&out[position], &kDigitPairs[2 * std::size_t{value}], 2);
}

void append_date_time(std::string& out, UnixSeconds time, char separator) {
  const DateTime parts = split(time);
  std::array<char, 19> text{'0',       '0', '0', '0', '-', '0', '0', '-', '0', '0',
                            separator, '0', '0', ':', '0', '0', ':', '0', '0'};
  put_two_digits(text, 0, static_cast<unsigned>(parts.year) / 100);
  put_two_digits(text, 2, static_cast<unsigned>(parts.year) % 100);
  put_two_digits(text, 5, parts.month);
  put_two_digits(text, 8, parts.day);
  put_two_digits(text, 11, parts.hour);
  put_two_digits(text, 14, parts.minute);
  put_two_digits(text, 17, parts.second);
  out.append(text.data(), text.size());
}

/// Reads a time from left to right. After the first character that does not fit, good() is false.
class Scanner {
 public:
  explicit Scanner(std::string_view text) : rest_(text) {}

  int digits(std::size_t count) {
    int value = 0;
    for (std::size_t i = 0; i < count; ++i) {
      const char c = i < rest_.size() ? rest_[i] : ' ';
      good_ = good_ && is_digit(c);
      value = value * 10 + (c - '0');
    }
    rest_.remove_prefix(std::min(count, rest_.size()));
    return value;
  }
  void expect(std::string_view any_of) { good_ = accept(any_of) != '\0' && good_; }
  /// The next character, taken, if it is one of these; else NUL.
  char accept(std::string_view any_of) {
    if (rest_.empty() || any_of.find(rest_[0]) == std::string_view::npos) return '\0';
    const char c = rest_[0];
    rest_.remove_prefix(1);
    return c;
  }
  void skip_digits() {
    while (accept("0123456789") != '\0') {
    }
  }
  [[nodiscard]] bool at_end() const { return rest_.empty(); }
  [[nodiscard]] bool good() const { return good_; }

 private:
  std::string_view rest_;
  bool good_ = true;
};

struct ParsedTime {
  std::chrono::local_seconds local;
  std::optional<minutes> offset;  ///< from UTC; nullopt if the text names no zone
};

/// Reads "2026-11-22".
[[nodiscard]] std::optional<std::chrono::local_seconds> scan_date(Scanner& scan) {
  const int year = scan.digits(4);
  scan.expect("-");
  const int month = scan.digits(2);
  scan.expect("-");
  const int day = scan.digits(2);
  if (!scan.good()) return std::nullopt;
  const date::year_month_day calendar{date::year(year), date::month(static_cast<unsigned>(month)),
                                      date::day(static_cast<unsigned>(day))};
  if (!calendar.ok()) return std::nullopt;
  return std::chrono::local_seconds(date::local_days(calendar).time_since_epoch());
}

/// Reads "T13:00", "T13:00:00" or "T13:00:00.5"; the fraction is dropped.
[[nodiscard]] std::optional<seconds> scan_time_of_day(Scanner& scan) {
  scan.expect("Tt ");
  const int hour = scan.digits(2);
  scan.expect(":");
  const int minute = scan.digits(2);
  int second = 0;
  if (scan.accept(":") != '\0') second = scan.digits(2);
  if (scan.accept(".") != '\0') {
    scan.digits(1);
    scan.skip_digits();
  }
  if (!scan.good() || hour > 23 || minute > 59 || second > 59) return std::nullopt;
  return hours(hour) + minutes(minute) + seconds(second);
}

/// Reads "Z" or "+01:00".
[[nodiscard]] std::optional<minutes> scan_offset(Scanner& scan) {
  const char zone = scan.accept("Zz+-");
  if (zone == 'Z' || zone == 'z') return minutes(0);
  if (zone == '\0') return std::nullopt;
  const int offset_hours = scan.digits(2);
  scan.expect(":");
  const int offset_minutes = scan.digits(2);
  if (!scan.good() || offset_hours > 23 || offset_minutes > 59) return std::nullopt;
  const minutes offset = hours(offset_hours) + minutes(offset_minutes);
  return zone == '-' ? -offset : offset;
}

[[nodiscard]] std::optional<ParsedTime> scan_time(std::string_view text) {
  Scanner scan(text);
  const auto date = scan_date(scan);
  if (!date) return std::nullopt;
  ParsedTime result{*date, std::nullopt};
  if (scan.at_end()) return result;

  const auto time_of_day = scan_time_of_day(scan);
  if (!time_of_day) return std::nullopt;
  result.local += *time_of_day;
  if (scan.at_end()) return result;

  result.offset = scan_offset(scan);
  if (!result.offset || !scan.at_end()) return std::nullopt;
  return result;
}

}  // namespace

void append_rfc3339_millis(std::string& out, WallTime time) {
  time = std::clamp(time, WallTime(kYear0000), WallTime(kYear9999End) + milliseconds(999));
  const auto whole = std::chrono::floor<seconds>(time);
  append_date_time(out, whole, 'T');
  std::array<char, 5> fraction{'.', '0', '0', '0', 'Z'};
  const auto millis = static_cast<unsigned>((time - whole).count());
  put_two_digits(fraction, 1, millis / 10);
  fraction[3] = static_cast<char>('0' + millis % 10);
  out.append(fraction.data(), fraction.size());
}

void append_rfc3339(std::string& out, UnixSeconds time) {
  append_date_time(out, time, 'T');
  out += 'Z';
}

void append_date_time(std::string& out, UnixSeconds time) {
  append_date_time(out, time, ' ');
}

std::string to_rfc3339(UnixSeconds time) {
  std::string text;
  append_rfc3339(text, time);
  return text;
}

TimeZone TimeZone::locate(std::string_view name) {
  try {
    return TimeZone(date::locate_zone(name)->name());
  } catch (const std::runtime_error&) {
    throw Error(Fault::Usage, fmt::format("time zone '{}' is not known here; name one as in "
                                          "Europe/Amsterdam or UTC (package tzdata)",
                                          printable(name)));
  }
}

std::chrono::local_days TimeZone::local_day(UnixSeconds time) const {
  const auto local = date::locate_zone(name_)->to_local(date::sys_seconds(time.time_since_epoch()));
  return std::chrono::local_days(std::chrono::floor<days>(local.time_since_epoch()));
}

UnixSeconds TimeZone::start_of(std::chrono::local_days day) const {
  return to_epoch(std::chrono::local_seconds(day));
}

UnixSeconds TimeZone::to_epoch(std::chrono::local_seconds time) const {
  const auto* zone = date::locate_zone(name_);
  // choose::earliest gives the end of the gap for a time that clocks skip.
  const auto instant =
      zone->to_sys(date::local_seconds(time.time_since_epoch()), date::choose::earliest);
  return UnixSeconds(instant.time_since_epoch());
}

UnixSeconds parse_time(std::string_view text, const TimeZone& zone) {
  const std::optional<ParsedTime> parsed = scan_time(text);
  if (!parsed) {
    throw Error(
        Fault::Usage,
        fmt::format(
            "'{}' is not a time; write 2026-11-22, 2026-11-22T13:00 or 2026-11-22T13:00:00Z",
            printable(text)));
  }
  if (parsed->offset) return UnixSeconds(parsed->local.time_since_epoch() - *parsed->offset);
  return zone.to_epoch(parsed->local);
}

}  // namespace vrni2syslog
