#include "vrni/search/readings_ahead.h"

#include "unit/vrni/api_fixture.h"
#include "vrni/platform_flows.h"
#include "vrni/search/unit_reader.h"
#include "vrni/versions/flow_versions.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <chrono>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace vrni2syslog {
namespace {

using testing::AllOf;
using testing::ElementsAre;
using testing::Ge;
using testing::Le;

[[nodiscard]] TimeWindow hour(int number) {
  const UnixSeconds start(std::chrono::hours{number});
  return {start, start + std::chrono::hours(1)};
}

[[nodiscard]] std::vector<TimeWindow> hours(int first, int last) {
  std::vector<TimeWindow> units;
  for (int number = first; number <= last; ++number) units.push_back(hour(number));
  return units;
}

/// A platform that bears several calls at once. Its hours have one flow each, "1-0" in the first,
/// unless `flows_` says otherwise.
class ReadingsAheadTest : public testing::Test {
 protected:
  ReadingsAheadTest() {
    fixture_.http.begin_requests();
    fixture_.respond("/search", [this](const HttpRequest& request) { return listed(request); });
    fixture_.respond("/entities/fetch", [](const HttpRequest& request) { return given(request); });
    api_.log_in();
  }

  /// The answer to a search.
  [[nodiscard]] HttpResponse listed(const HttpRequest& search) const {
    const int number = hour_of(search);
    const auto known = flows_.find(number);
    const int count = known == flows_.end() ? 1 : known->second;
    std::string results;
    for (int i = 0; i < count; ++i) {
      results += (results.empty() ? R"({"entity_id":")" : R"(,{"entity_id":")") +
                 std::to_string(number) + "-" + std::to_string(i) + R"("})";
    }
    return answer(
        200, R"({"results":[)" + results + R"(],"total_count":)" + std::to_string(count) + "}");
  }
  /// The answer to a fetch.
  [[nodiscard]] static HttpResponse given(const HttpRequest& fetch) {
    std::string results;
    for (const std::string& id : ids_in(fetch)) {
      results += (results.empty() ? R"({"entity_id":")" : R"(,{"entity_id":")") + id +
                 R"(","entity":{"protocol":"TCP"}})";
    }
    return answer(200, R"({"results":[)" + results + "]}");
  }

  [[nodiscard]] static int hour_of(const HttpRequest& search) {
    constexpr std::string_view kEnd = R"("end_time":)";
    const std::size_t at = search.body.find(kEnd) + kEnd.size();
    return (std::stoi(search.body.substr(at)) - 3600) / 3600;
  }
  /// Which hours were searched for, in their order.
  [[nodiscard]] std::vector<int> searches() const {
    std::vector<int> numbers;
    for (const HttpRequest& search : fixture_.http.requests_to("/search"))
      numbers.push_back(hour_of(search));
    return numbers;
  }
  [[nodiscard]] std::size_t fetches() const {
    return fixture_.http.requests_to("/entities/fetch").size();
  }
  /// Returns how many flows it has.
  [[nodiscard]] static std::size_t read_to_end(FlowEpoch& epoch) {
    std::size_t count = 0;
    while (const std::unique_ptr<FlowBatch> batch = epoch.next()) count += batch->flows.size();
    return count;
  }
  /// Reads an hour to its end, as the pipeline does. Returns how many flows it has.
  [[nodiscard]] std::size_t read(int number, int last_ahead) {
    const std::unique_ptr<FlowEpoch> epoch = flows_source_->read(hour(number));
    flows_source_->prepare(hours(number + 1, last_ahead));
    return read_to_end(*epoch);
  }

  std::map<int, int> flows_;  ///< in an hour
  ApiFixture fixture_;
  ApiClient api_ = fixture_.make_api(fixture_.login, 4);
  std::unique_ptr<FlowSource> flows_source_ = make_platform_flows(api_, fixture_.log, "");
};

TEST_F(ReadingsAheadTest, SearchSeveralSmallUnitsAheadAndEachOnce) {
  EXPECT_EQ(read(1, 5), 1U);
  EXPECT_THAT(searches().size(), AllOf(Ge(3U), Le(5U))) << "more than the next one";
  for (int number = 2; number <= 5; ++number) EXPECT_EQ(read(number, 5), 1U);
  EXPECT_THAT(searches(), ElementsAre(1, 2, 3, 4, 5));
  EXPECT_EQ(fetches(), 5U);
  EXPECT_LE(fixture_.http.most_in_flight(), 4U);
}

TEST_F(ReadingsAheadTest, SearchNoUnitsTogetherIfTheyAreLarge) {
  for (int number = 1; number <= 5; ++number)
    flows_[number] = static_cast<int>(UnitReader::kFlowsOfSmallUnit) + 1;
  EXPECT_EQ(read(1, 5), UnitReader::kFlowsOfSmallUnit + 1);
  EXPECT_THAT(searches(), ElementsAre(1, 2, 3)) << "the third once the second had its answer";
}

TEST_F(ReadingsAheadTest, FetchWhatTheFirstUnitHasBeforeTheyGoOnToTheNext) {
  flows_[2] = 9'000;
  EXPECT_EQ(read(1, 5), 1U);
  while (api_.await_any()) flows_source_->prepare(hours(2, 5));
  EXPECT_THAT(fetches(), AllOf(Ge(2U), Le(1U + api_.concurrency() + 1U)))
      << "no more answers are kept than for one unit";
  EXPECT_EQ(read(2, 5), 9'000U);
}

TEST_F(ReadingsAheadTest, AreDroppedWhenTheyAreOldAndThenSearchedOneByOneForAWhile) {
  EXPECT_EQ(read(1, 5), 1U);
  fixture_.clock.advance(UnitReader::kFreshSearch + std::chrono::seconds(1));
  const std::size_t searches_before = searches().size();
  const std::size_t fetches_before = fetches();
  for (int number = 2; number <= 9; ++number) {
    EXPECT_EQ(read(number, 30), 1U);
    EXPECT_EQ(searches().size(), searches_before + static_cast<std::size_t>(number))
        << "this one's, and that of the next one";
  }
  EXPECT_THAT(fetches(), AllOf(Ge(fetches_before + 8), Le(fetches_before + 9)));
  for (int number = 10; number <= 14; ++number) EXPECT_EQ(read(number, 30), 1U);
  EXPECT_GT(searches().size(), searches_before + 15) << "more than the next one again";
}

TEST_F(ReadingsAheadTest, AreKeptWhileAUnitIsReadOnceMore) {
  EXPECT_EQ(read(1, 5), 1U);
  for (int number = 1; number <= 5; ++number) EXPECT_EQ(read(number, 5), 1U);
  std::vector<int> numbers = searches();
  std::ranges::sort(numbers);
  EXPECT_THAT(numbers, ElementsAre(1, 1, 2, 3, 4, 5));
}

TEST_F(ReadingsAheadTest, AreGivenUpIfTheyAreNotNextAnyMore) {
  EXPECT_EQ(read(1, 5), 1U);
  EXPECT_GT(fixture_.http.in_flight(), 0U);
  flows_source_->prepare({});
  EXPECT_EQ(fixture_.http.in_flight(), 0U);
}

TEST_F(ReadingsAheadTest, AreKeptForLaterUnitsIfOneIsPassedOver) {
  EXPECT_EQ(read(1, 4), 1U);
  EXPECT_EQ(read(3, 4), 1U);
  EXPECT_EQ(read(4, 4), 1U);
  std::vector<int> numbers = searches();
  std::ranges::sort(numbers);
  EXPECT_EQ(std::ranges::adjacent_find(numbers), numbers.end()) << "nothing is searched twice";
}

TEST_F(ReadingsAheadTest, AreTwoOfAUnitThatIsNamedTwice) {
  const auto prepare_and_read = [this](int number, const std::vector<TimeWindow>& next) {
    flows_source_->prepare(next);
    return read_to_end(*flows_source_->read(hour(number)));
  };
  flows_[2] = 5;
  EXPECT_EQ(prepare_and_read(1, {hour(2), hour(3), hour(2)}), 1U);
  EXPECT_EQ(prepare_and_read(2, {hour(2), hour(3), hour(2)}), 5U);
  EXPECT_EQ(read_to_end(*flows_source_->read(hour(3))), 1U);
  EXPECT_EQ(read_to_end(*flows_source_->read(hour(2))), 5U);
}

TEST_F(ReadingsAheadTest, FailWhenItIsTheirTurnAndEachForItself) {
  fixture_.respond("/search", [](const HttpRequest& request) {
    const int number = hour_of(request);
    if (number == 2) return api_error(403);
    return answer(
        200, R"({"results":[{"entity_id":")" + std::to_string(number) + R"("}],"total_count":1})");
  });
  EXPECT_EQ(read(1, 5), 1U);
  while (api_.await_any()) flows_source_->prepare(hours(2, 5));
  EXPECT_EQ(fetches(), 1U) << "nothing is fetched of units behind one that cannot be searched";
  EXPECT_THROW((void)read(2, 5), Error);
  for (int number = 3; number <= 5; ++number) EXPECT_EQ(read(number, 5), 1U);
}

TEST_F(ReadingsAheadTest, AreBegunAnewAfterANewLogin) {
  bool is_refused = true;
  fixture_.respond("/search", [&is_refused](const HttpRequest& request) {
    const int number = hour_of(request);
    if (number == 3 && std::exchange(is_refused, false)) return answer(401, "");
    return answer(
        200, R"({"results":[{"entity_id":")" + std::to_string(number) + R"("}],"total_count":1})");
  });
  for (int number = 1; number <= 5; ++number) EXPECT_EQ(read(number, 5), 1U);
  EXPECT_EQ(fixture_.http.requests_to("/auth/token").size(), 3U)
      << "two logins, and the end of the token that was refused";
}

TEST_F(ReadingsAheadTest, GoOnAfterANewLoginAlsoIfTheyWereRefused) {
  bool is_first_token_dead = false;
  const auto is_refused = [&is_first_token_dead](const HttpRequest& request) {
    return is_first_token_dead &&
           std::ranges::any_of(request.headers, [](const std::string& header) {
             return header.ends_with("token-1");
           });
  };
  fixture_.respond("/search", [&](const HttpRequest& request) {
    is_first_token_dead = is_first_token_dead || hour_of(request) == 3;
    return is_refused(request) ? answer(401, "") : listed(request);
  });
  fixture_.respond("/entities/fetch", [&](const HttpRequest& request) {
    return is_refused(request) ? answer(401, "") : given(request);
  });
  EXPECT_EQ(read(1, 5), 1U);
  EXPECT_EQ(read(2, 5), 1U);
  EXPECT_EQ(std::ranges::count(searches(), 3), 2) << "once more with the new token, and ahead";
  for (int number = 3; number <= 5; ++number) EXPECT_EQ(read(number, 5), 1U);
}

TEST_F(ReadingsAheadTest, TakeNoAnswerFromBeforeAFailureForProofThatTheIndexWorks) {
  fixture_.http.answer_last_first();  // so that the search of hour 2 is taken after the failure
  std::optional<SteadyTime> restarted;
  fixture_.respond("/entities/fetch", [&](const HttpRequest& request) {
    if (restarted) return given(request);
    restarted = fixture_.clock.steady_now();
    return answer(503, "");
  });
  fixture_.respond("/search", [&](const HttpRequest& request) {
    const bool is_starting =
        restarted && fixture_.clock.steady_now() < *restarted + std::chrono::seconds(5);
    return hour_of(request) == 3 && is_starting ? answer(200, R"({"results":[],"total_count":0})")
                                                : listed(request);
  });
  for (int number = 1; number <= 3; ++number) EXPECT_EQ(read(number, 3), 1U) << number;
  EXPECT_EQ(fixture_.clock.sleeps().back(), UnitReader::kPauseOfEmptyUnit);
}

/// All hours have the same 300 flows.
class SameFlowsAhead : public ReadingsAheadTest {
 protected:
  static constexpr int kFlows = 300;

  SameFlowsAhead() {
    fixture_.respond("/search", [](const HttpRequest&) {
      std::string results;
      for (int i = 0; i < kFlows; ++i) {
        results += (results.empty() ? R"({"entity_id":")" : R"(,{"entity_id":")") +
                   std::to_string(i) + R"(","time":5})";
      }
      return answer(
          200, R"({"results":[)" + results + R"(],"total_count":)" + std::to_string(kFlows) + "}");
    });
    flows_source_ =
        make_platform_flows(api_, fixture_.log, "", {}, std::chrono::seconds(0), &versions_);
  }
  /// How many flows the platform was asked for.
  [[nodiscard]] std::size_t flows_asked_for() const {
    std::size_t count = 0;
    for (const HttpRequest& fetch : fixture_.http.requests_to("/entities/fetch"))
      count += ids_in(fetch).size();
    return count;
  }

  FlowVersions versions_{{}, fixture_.clock, fixture_.log};
};

TEST_F(SameFlowsAhead, AreFetchedForTheFirstUnit) {
  for (int number = 1; number <= 5; ++number) EXPECT_EQ(read(number, 5), std::size_t{kFlows});
  EXPECT_EQ(flows_asked_for(), std::size_t{kFlows});
}

TEST_F(SameFlowsAhead, AreFetchedForTheFirstUnitAlsoIfALaterSearchIsAnsweredFirst) {
  fixture_.http.answer_last_first();
  for (int number = 1; number <= 5; ++number) EXPECT_EQ(read(number, 5), std::size_t{kFlows});
  EXPECT_EQ(flows_asked_for(), std::size_t{kFlows});
}

}  // namespace
}  // namespace vrni2syslog
