#include "base/duration.h"

#include "base/error.h"
#include "support/error_of.h"

#include <gtest/gtest.h>

namespace vrni2syslog {
namespace {

using std::chrono::seconds;

TEST(Duration, ReadsAWholeNumberAndAUnit) {
  EXPECT_EQ(parse_duration("90s"), seconds(90));
  EXPECT_EQ(parse_duration("10m"), seconds(600));
  EXPECT_EQ(parse_duration("24h"), seconds(86'400));
  EXPECT_EQ(parse_duration("7d"), seconds(604'800));
  EXPECT_EQ(parse_duration("2w"), seconds(1'209'600));
  EXPECT_EQ(parse_duration("0s"), seconds(0));
}

class BadDuration : public testing::TestWithParam<const char*> {};

TEST_P(BadDuration, IsAUsageErrorThatNamesTheForm) {
  const Error error = error_of([&] { (void)parse_duration(GetParam()); });
  EXPECT_EQ(error.fault(), Fault::Usage);
  EXPECT_NE(std::string(error.what()).find("90s, 10m, 24h, 7d"), std::string::npos) << error.what();
}

INSTANTIATE_TEST_SUITE_P(Table, BadDuration,
                         testing::Values("", "s", "10", "10x", "-5m", "+5m", "1.5h", "10 m", "10ms",
                                         "h10", "4000d", "99999999999999999999s", "523w",
                                         "9223372036854775807w"));

TEST(Duration, IsWrittenInTheLargestUnitOfTheClockThatFits) {
  EXPECT_EQ(format_duration(seconds(0)), "0s");
  EXPECT_EQ(format_duration(seconds(90)), "90s");
  EXPECT_EQ(format_duration(seconds(600)), "10m");
  EXPECT_EQ(format_duration(seconds(86'400)), "24h");
}

TEST(Duration, IsShownInSeconds) {
  EXPECT_EQ(format_seconds(seconds(60)), "60 s");
  EXPECT_EQ(format_seconds(std::chrono::milliseconds(50)), "0.05 s");
}

TEST(Size, ReadsBytesKibibytesAndMebibytes) {
  EXPECT_EQ(parse_size("8000"), 8000U);
  EXPECT_EQ(parse_size("64k"), 65'536U);
  EXPECT_EQ(parse_size("2M"), 2'097'152U);
  EXPECT_EQ(parse_size("1G"), 1'073'741'824U);
}

class BadSize : public testing::TestWithParam<const char*> {};

TEST_P(BadSize, IsAUsageError) {
  const Error error = error_of([&] { (void)parse_size(GetParam()); });
  EXPECT_EQ(error.fault(), Fault::Usage);
}

INSTANTIATE_TEST_SUITE_P(Table, BadSize,
                         testing::Values("", "k", "-1", "1.5k", "8000b", "2T", "1025G",
                                         "99999999999999999999"));

}  // namespace
}  // namespace vrni2syslog
