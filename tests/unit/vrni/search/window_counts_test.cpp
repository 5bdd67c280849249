#include "vrni/search/window_counts.h"

#include "unit/vrni/api_fixture.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <chrono>
#include <cstdint>
#include <set>
#include <string>
#include <vector>

namespace vrni2syslog {
namespace {

using testing::SizeIs;

[[nodiscard]] TimeWindow hour(int number) {
  const UnixSeconds start(std::chrono::hours{number});
  return {start, start + std::chrono::hours(1)};
}

/// As many hours as no platform counts at once.
[[nodiscard]] std::vector<TimeWindow> many_hours() {
  std::vector<TimeWindow> hours;
  for (int number = 1; number <= 9; ++number) hours.push_back(hour(number));
  return hours;
}

/// A platform that bears several calls at once, and has 3,600 flows in the first hour, 7,200 in the
/// second, and so on.
class WindowCountsTest : public testing::Test {
 protected:
  WindowCountsTest() {
    fixture_.http.begin_requests();
    fixture_.respond("/search", [this](const HttpRequest& request) {
      if (!failures_.empty()) {
        HttpResponse failure = failures_.back();
        failures_.pop_back();
        return failure;
      }
      constexpr std::string_view kEnd = R"("end_time":)";
      const std::size_t at = request.body.find(kEnd) + kEnd.size();
      const int end = std::stoi(request.body.substr(at));
      return answer(200, R"({"results":[{"entity_id":"a"}],"total_count":)" +
                             std::to_string(end - 3600) + "}");
    });
    api_.log_in();
  }

  [[nodiscard]] std::uint64_t count(const TimeWindow& window) {
    return counts_.count(window, FilterTrial::Accepted);
  }
  [[nodiscard]] std::size_t calls() const { return fixture_.http.requests_to("/search").size(); }
  void expect_each_counted_once() const {
    std::set<std::string> bodies;
    for (const HttpRequest& request : fixture_.http.requests_to("/search"))
      bodies.insert(request.body);
    EXPECT_EQ(bodies.size(), calls());
  }

  std::vector<HttpResponse> failures_;  ///< of the next calls, the last one first
  ApiFixture fixture_;
  ApiClient api_ = fixture_.make_api(fixture_.login, 4);
  WindowCounts counts_{api_, ""};
};

TEST_F(WindowCountsTest, AreTheSameWhetherPreparedOrNot) {
  counts_.prepare(many_hours());
  for (const int number : {3, 1, 20, 2}) {
    EXPECT_EQ(count(hour(number)), 3600U * static_cast<std::uint64_t>(number));
    counts_.prepare(std::vector{hour(2), hour(4)});
  }
}

TEST_F(WindowCountsTest, AreAskedForSideBySideAndEachOnce) {
  std::vector<TimeWindow> hours = many_hours();
  while (!hours.empty()) {
    counts_.prepare(hours);
    EXPECT_LE(fixture_.http.in_flight(), api_.concurrency());
    (void)count(hours.front());
    hours.erase(hours.begin());
  }
  EXPECT_EQ(fixture_.http.most_in_flight(), 4U);
  EXPECT_EQ(calls(), many_hours().size());
  expect_each_counted_once();
}

TEST_F(WindowCountsTest, AreAskedForOneByOneWithoutALogin) {
  ApiClient api = fixture_.make_api(fixture_.login, 4);
  WindowCounts counts(api, "");
  counts.prepare(many_hours());
  EXPECT_EQ(calls(), 0U);
  EXPECT_EQ(counts.count(hour(1), FilterTrial::Accepted), 3600U);
}

TEST_F(WindowCountsTest, AreBrokenOffForWindowsThatAreNotNextAnyMore) {
  counts_.prepare(many_hours());
  EXPECT_GT(fixture_.http.in_flight(), 1U);
  counts_.prepare(std::vector{hour(2)});
  EXPECT_EQ(fixture_.http.in_flight(), 1U);
  EXPECT_EQ(count(hour(2)), 7200U);
}

TEST_F(WindowCountsTest, AreAskedForAgainAfterAFailureThatMayPass) {
  failures_ = {answer(503, "")};
  counts_.prepare(many_hours());
  EXPECT_EQ(count(hour(1)), 3600U);
  EXPECT_THAT(fixture_.clock.sleeps(), SizeIs(1U));
  EXPECT_EQ(count(hour(2)), 7200U);
}

TEST_F(WindowCountsTest, FailEachForItself) {
  failures_ = {api_error(403)};
  counts_.prepare(many_hours());
  EXPECT_THROW((void)count(hour(1)), Error);
  EXPECT_EQ(count(hour(2)), 7200U);
}

TEST_F(WindowCountsTest, AreAskedForAnewAfterANewLogin) {
  failures_ = {answer(401, "")};
  std::vector<TimeWindow> hours = many_hours();
  while (!hours.empty()) {
    counts_.prepare(hours);
    (void)count(hours.front());
    hours.erase(hours.begin());
  }
  EXPECT_EQ(fixture_.http.requests_to("/auth/token").size(), 3U)
      << "two logins, and the end of the token that was refused";
}

TEST_F(WindowCountsTest, AreAskedForAnewOnceTheyAreOld) {
  for (const bool is_old : {false, true}) {
    counts_.prepare(std::vector{hour(1)});
    const std::size_t before = calls();
    fixture_.clock.advance(WindowCounts::kFreshCount + std::chrono::seconds(is_old ? 1 : 0));
    EXPECT_EQ(count(hour(1)), 3600U);
    EXPECT_EQ(calls(), before + (is_old ? 1 : 0));
  }
}

}  // namespace
}  // namespace vrni2syslog
