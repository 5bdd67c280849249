#include "format/record/event_time.h"

namespace vrni2syslog {

WallTime event_time(UnixSeconds version_time, const TimeWindow& unit) noexcept {
  if (version_time < unit.start || unit.is_empty()) return unit.start;
  if (version_time >= unit.end) return WallTime(unit.end) - std::chrono::milliseconds(1);
  return version_time;
}

std::string_view TimeText::rfc3339_millis(WallTime time) {
  if (time != millis_time_ || millis_text_.empty()) {
    millis_text_.clear();
    append_rfc3339_millis(millis_text_, time);
    millis_time_ = time;
  }
  return millis_text_;
}

std::string_view TimeText::rfc3339(UnixSeconds time) {
  if (time != time_ || text_.empty()) {
    text_.clear();
    append_rfc3339(text_, time);
    time_ = time;
  }
  return text_;
}

}  // namespace vrni2syslog
