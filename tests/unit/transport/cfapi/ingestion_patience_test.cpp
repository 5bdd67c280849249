#include "transport/cfapi/ingestion_patience.h"

#include <gtest/gtest.h>

namespace vrni2syslog {
namespace {

using std::chrono::milliseconds;
using std::chrono::minutes;
using std::chrono::seconds;

TEST(IngestionPatience, WaitsAsLongAsTheCollectorAsks) {
  IngestionPatience patience;
  EXPECT_EQ(patience.pause_after_overload(seconds(30), 0.0), seconds(30));
  EXPECT_EQ(patience.paused(), seconds(30));
}

TEST(IngestionPatience, AsksSoonerThanInAnHour) {
  IngestionPatience patience;
  EXPECT_EQ(patience.pause_after_overload(seconds(3600), 0.0), minutes(5));
}

TEST(IngestionPatience, WaitsLongerEachTimeIfNothingIsAsked) {
  IngestionPatience patience;
  const auto first = patience.pause_after_overload(seconds(0), 0.5);
  const auto second = patience.pause_after_overload(seconds(0), 0.5);
  EXPECT_EQ(first, milliseconds(700));
  EXPECT_EQ(second, milliseconds(1200));
}

TEST(IngestionPatience, EndsWithinAQuarterOfAnHourWhateverIsAsked) {
  for (const milliseconds retry_after : {milliseconds(0), milliseconds(minutes(4))}) {
    for (const double random : {0.0, 0.999}) {
      IngestionPatience patience;
      int attempts = 0;
      while (patience.pause_after_overload(retry_after, random)) ++attempts;
      EXPECT_GT(attempts, 0);
      EXPECT_LE(patience.paused(), minutes(15));
    }
  }
}

TEST(IngestionPatience, RepeatsThreeTimesWithoutAnAnswer) {
  IngestionPatience patience;
  for (int i = 0; i < 3; ++i) EXPECT_TRUE(patience.pause_after_failure(0.5)) << i;
  EXPECT_FALSE(patience.pause_after_failure(0.5));
  EXPECT_TRUE(patience.pause_after_overload(seconds(0), 0.5));
}

}  // namespace
}  // namespace vrni2syslog
