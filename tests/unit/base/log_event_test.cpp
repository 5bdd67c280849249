#include "base/log_event.h"

#include <gtest/gtest.h>

#include <set>
#include <string>
#include <string_view>

namespace vrni2syslog {
namespace {

TEST(LogEvent, HasANameOfItsOwn) {
  std::set<std::string_view> names;
  const auto count = static_cast<std::size_t>(LogEvent::MetricsIntervalLong) + 1;
  for (std::size_t i = 0; i < count; ++i) names.insert(name_of(static_cast<LogEvent>(i)));
  EXPECT_EQ(names.size(), count);
  EXPECT_EQ(name_of(LogEvent::RunDone), "run_done");
  EXPECT_EQ(name_of(LogEvent::MetricsIntervalLong), "metrics_interval_long");
}

TEST(LogField, IsAMemberOfJson) {
  std::string json;
  LogField("attempts", 3).append_to(json);
  LogField("collector", "a\"b").append_to(json);
  LogField("delay_seconds", std::chrono::milliseconds(1500)).append_to(json);
  EXPECT_EQ(json, R"(,"attempts":3,"collector":"a\"b","delay_seconds":1.500)");
}

TEST(LogField, HasBothTimesOfAWindow) {
  std::string json;
  LogField::window("2026-11-22T12:00:00Z", "2026-11-22T13:00:00Z").append_to(json);
  EXPECT_EQ(json, R"(,"window_start":"2026-11-22T12:00:00Z","window_end":"2026-11-22T13:00:00Z")");
}

}  // namespace
}  // namespace vrni2syslog
