#include "delivery/recent/recent_index.h"

#include "support/error_of.h"
#include "unit/delivery/flow_fixture.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <utility>

namespace vrni2syslog {
namespace {

using testing::HasSubstr;

[[nodiscard]] RecentReading reading_of(const TimeWindow& window,
                                       std::vector<std::string> collectors = {"tls://a:6514"}) {
  RecentReading reading;
  reading.window = window;
  reading.collectors = std::move(collectors);
  reading.read_at = reading.counted_at = reading.asked_at = window.end;
  reading.count = 12;
  reading.flows = 10;
  reading.hashes_digest = std::string(64, 'a');
  return reading;
}

[[nodiscard]] std::vector<TimeWindow> windows_of(const std::vector<RecentReading>& readings) {
  std::vector<TimeWindow> windows;
  for (const RecentReading& reading : readings) windows.push_back(reading.window);
  return windows;
}

TEST(RecentIndexTest, IsReadBack) {
  RecentIndex index{.key = 18'446'744'073'709'551'615U, .readings = {}};
  EXPECT_EQ(parse_recent_index(format_recent_index(index)), index);
  index.readings = {reading_of(unit(0)), reading_of(unit(1), {"tls://a:6514", "tcp://b\n:514"})};
  index.readings[1].count.reset();
  index.readings[1].asked_at = hour(9);
  index.readings[1].number = 7;
  index.readings[1].awaited = {{"kafka://c/flows", std::string(64, 'b')}, {"kafka://d/flows", ""}};
  index.readings.push_back(reading_of(unit(1), {}));
  index.readings[2].awaited = {{"tls://a:6514", "c"}};
  EXPECT_EQ(parse_recent_index(format_recent_index(index)), index);
}

TEST(RecentIndexTest, IsNotTakenIfItIsDamaged) {
  const std::string text =
      format_recent_index({.key = 1, .readings = {reading_of(unit(0)), reading_of(unit(1))}});
  for (std::size_t at = 0; at < text.size(); ++at) {
    EXPECT_THROW(static_cast<void>(parse_recent_index(text.substr(0, at))), Error) << at;
    std::string turned = text;
    turned[at] = static_cast<char>(turned[at] ^ 1);
    EXPECT_THROW(static_cast<void>(parse_recent_index(turned)), Error) << at;
  }
}

TEST(RecentIndexTest, HasNoReadingThatNobodyHasOrMayHave) {
  const std::string text = format_recent_index({.key = 1, .readings = {reading_of(unit(0), {})}});
  EXPECT_THAT(error_of([&] { (void)parse_recent_index(text); }).what(),
              HasSubstr("a window has no collector"));
}

TEST(RecentIndexTest, OfALaterVersionIsNotDamaged) {
  const Error error = error_of(
      [] { static_cast<void>(parse_recent_index("vrni2syslog recent windows 3\nkey: 1\n")); });
  EXPECT_EQ(error.fault(), Fault::Configuration);
  EXPECT_THAT(error.what(), HasSubstr("use a later version"));
}

TEST(RecentIndexTest, OfAnEarlierVersionIsGivenUpAndDoesNotEndTheRun) {
  const Error error = error_of(
      [] { static_cast<void>(parse_recent_index("vrni2syslog recent windows 1\nkey: 1\n")); });
  EXPECT_EQ(error.fault(), Fault::CannotWrite);
  EXPECT_THAT(error.what(), HasSubstr("is of an earlier version"));
}

TEST(RecentIndexTest, AsksOfWindowsWithinThePeriodThatHaveACount) {
  RecentIndex index;
  for (int i = 0; i < 5; ++i) index.readings.push_back(reading_of(unit(i)));
  index.readings[3].count.reset();
  EXPECT_EQ(windows_of(readings_to_recount(index, hour(1), 24)),
            (std::vector{unit(1), unit(2), unit(4)}));
  EXPECT_EQ(windows_of(readings_to_recount(index, hour(0), 24)),
            (std::vector{unit(0), unit(1), unit(2), unit(4)}));
}

TEST(RecentIndexTest, AsksFirstOfWhatWasNotAskedForTheLongestTime) {
  RecentIndex index;
  for (int i = 0; i < 4; ++i) index.readings.push_back(reading_of(unit(i)));
  // The platform was asked, and did not give a number.
  index.readings[0].asked_at = hour(9);
  EXPECT_EQ(windows_of(readings_to_recount(index, hour(0), 2)), (std::vector{unit(1), unit(2)}));
}

TEST(RecentIndexTest, ReplacesEarlierReadingsOfThatTimeForTheCollectorsThatHaveTheNewOne) {
  RecentIndex index;
  add_reading(index, reading_of(unit(0), {"a", "b"}));
  add_reading(index, reading_of(unit(1), {"a"}));
  add_reading(index, reading_of(unit(2), {"a", "b"}));
  add_reading(index, reading_of({hour(0), hour(2)}, {"a"}));
  ASSERT_EQ(windows_of(index.readings),
            (std::vector{unit(0), unit(2), TimeWindow{hour(0), hour(2)}}));
  EXPECT_EQ(index.readings[0].collectors, std::vector<std::string>{"b"});
  EXPECT_EQ(index.readings[1].collectors, (std::vector<std::string>{"a", "b"}));
}

TEST(RecentIndexTest, DropsWhatIsOldAndThenTheOldestOfTooMany) {
  RecentIndex index;
  for (int i = 0; i < 3; ++i) index.readings.push_back(reading_of(unit(i)));
  drop_old_readings(index, hour(1));
  EXPECT_EQ(windows_of(index.readings), (std::vector{unit(1), unit(2)}));
  index.readings[0].flows = 1;
  index.readings[1].flows = kMaxRecentFlows;
  drop_old_readings(index, hour(1));
  EXPECT_EQ(windows_of(index.readings), std::vector{unit(2)});
  index.readings.assign(kMaxRecentReadings + 2, reading_of(unit(3)));
  index.readings.front().window = unit(2);
  drop_old_readings(index, hour(1));
  EXPECT_EQ(index.readings.size(), kMaxRecentReadings);
  EXPECT_EQ(index.readings.front().window, unit(3));
}

TEST(RecentIndexTest, TellsOfWhatIsDroppedAndWasNeverRecounted) {
  RecentIndex index;
  for (int i = 0; i < 5; ++i) index.readings.push_back(reading_of(unit(i)));
  index.readings[0].asked_at = hour(9);
  index.readings[1].counted_at = hour(9);
  index.readings[2].count.reset();
  EXPECT_EQ(drop_old_readings(index, hour(3)), std::vector{unit(0)});
  index.readings[1].flows = kMaxRecentFlows;
  EXPECT_EQ(drop_old_readings(index, hour(3)), std::vector{unit(3)});
  EXPECT_EQ(windows_of(index.readings), std::vector{unit(4)});
}

}  // namespace
}  // namespace vrni2syslog
