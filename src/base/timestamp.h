#pragma once

#include "base/clock.h"

#include <chrono>
#include <string>
#include <string_view>

namespace vrni2syslog {

/// Seconds since the epoch, UTC: the resolution of the platform's API.
using UnixSeconds = std::chrono::sys_seconds;

/// Appends "2026-11-22T13:00:00.000Z" (RFC 5424 section 6.2.3: upper case, three fraction digits).
/// Times outside the years 0000 to 9999 are clamped, since the format has no room for them.
void append_rfc3339_millis(std::string& out, WallTime time);
/// Appends "2026-11-22T13:00:00Z".
void append_rfc3339(std::string& out, UnixSeconds time);
/// Appends "2026-11-22 13:00:00", without a zone.
void append_date_time(std::string& out, UnixSeconds time);
/// "2026-11-22T13:00:00Z".
[[nodiscard]] std::string to_rfc3339(UnixSeconds time);

/// A named time zone of the system's database, such as "Europe/Amsterdam" or "UTC".
class TimeZone {
 public:
  /// Throws Error(Usage) for a name that the database does not have.
  [[nodiscard]] static TimeZone locate(std::string_view name);
  [[nodiscard]] static TimeZone utc() { return locate("UTC"); }

  [[nodiscard]] const std::string& name() const noexcept { return name_; }

  /// The calendar day on which `time` falls in this zone.
  [[nodiscard]] std::chrono::local_days local_day(UnixSeconds time) const;
  /// The first instant of a calendar day: midnight, or the end of the gap if clocks skip midnight.
  [[nodiscard]] UnixSeconds start_of(std::chrono::local_days day) const;
  /// The instant at which clocks show `time`: the earlier one if they show it twice, the end of the
  /// gap if they skip it.
  [[nodiscard]] UnixSeconds to_epoch(std::chrono::local_seconds time) const;

 private:
  explicit TimeZone(std::string name) : name_(std::move(name)) {}
  std::string name_;
};

/// Reads "2026-11-22T13:00:00Z", "...+01:00" (a fraction is accepted and dropped), and, in `zone`,
/// "2026-11-22T13:00[:00]" and "2026-11-22" (the start of that day); "T" may be a blank. Throws
/// Error(Usage) naming the accepted forms.
[[nodiscard]] UnixSeconds parse_time(std::string_view text, const TimeZone& zone);

}  // namespace vrni2syslog
