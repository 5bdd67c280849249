#include "format/record/event_time.h"

#include <gtest/gtest.h>

namespace vrni2syslog {
namespace {

using std::chrono::milliseconds;
using std::chrono::seconds;

constexpr UnixSeconds at(int second) {
  return UnixSeconds(seconds(1'795'348'800 + second));
}

TEST(EventTime, IsTheVersionTimeMovedIntoTheUnit) {
  const TimeWindow unit{at(0), at(3600)};
  const std::pair<UnixSeconds, WallTime> kCases[] = {
      {at(-100'000), at(0)},
      {at(-1), at(0)},
      {at(0), at(0)},
      {at(1800), at(1800)},
      {at(3599), at(3599)},
      {at(3600), WallTime(at(3600)) - milliseconds(1)},
      {at(100'000), WallTime(at(3600)) - milliseconds(1)},
      {UnixSeconds{}, at(0)},
      {UnixSeconds::max(), WallTime(at(3600)) - milliseconds(1)},
      {UnixSeconds::min(), at(0)},
  };
  for (const auto& [version, event] : kCases)
    EXPECT_EQ(event_time(version, unit), event) << version.time_since_epoch().count();
}

TEST(EventTime, OfAnEmptyUnitIsItsStart) {
  EXPECT_EQ(event_time(at(5), {at(0), at(0)}), WallTime(at(0)));
  EXPECT_EQ(event_time(at(5), {at(9), at(0)}), WallTime(at(9)));
}

TEST(TimeText, RemembersOneTimeAndWritesEveryOther) {
  TimeText text;
  EXPECT_EQ(text.rfc3339(UnixSeconds{}), "1970-01-01T00:00:00Z");
  EXPECT_EQ(text.rfc3339(at(0)), "2026-11-22T12:00:00Z");
  EXPECT_EQ(text.rfc3339(at(0)), "2026-11-22T12:00:00Z");
  EXPECT_EQ(text.rfc3339(at(1)), "2026-11-22T12:00:01Z");
  EXPECT_EQ(text.rfc3339_millis(WallTime(at(1)) - milliseconds(1)), "2026-11-22T12:00:00.999Z");
  EXPECT_EQ(text.rfc3339_millis(at(1)), "2026-11-22T12:00:01.000Z");
  EXPECT_EQ(text.rfc3339(at(1)), "2026-11-22T12:00:01Z");
}

TEST(TimeText, WritesTheEarliestTimeToo) {
  TimeText text;
  EXPECT_EQ(text.rfc3339(UnixSeconds::min()), "0000-01-01T00:00:00Z");
  EXPECT_EQ(text.rfc3339_millis(WallTime::min()).size(), 24U);
}

}  // namespace
}  // namespace vrni2syslog
