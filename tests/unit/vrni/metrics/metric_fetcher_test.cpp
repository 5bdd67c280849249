#include "vrni/metrics/metric_fetcher.h"

#include "unit/vrni/api_fixture.h"
#include "unit/vrni/metric_platform.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>

namespace vrni2syslog {
namespace {

using std::chrono::hours;
using std::chrono::seconds;
using testing::ElementsAre;
using testing::HasSubstr;
using testing::SizeIs;

constexpr const char* kPairs = "/metrics/fetch";
constexpr const char* kLists = "/metrics/fetch/v2";

[[nodiscard]] TimeWindow unit_of(seconds length) {
  const UnixSeconds start(hours(24 * 7));
  return {start, start + length};
}

[[nodiscard]] std::vector<std::string> texts_of(
    const std::vector<std::optional<CounterSum>>& sums) {
  std::vector<std::string> texts;
  for (const std::optional<CounterSum>& sum : sums) {
    texts.push_back(!sum ? "failing" : sum->is_known() ? std::to_string(sum->total()) : "none");
  }
  return texts;
}

class MetricFetcherTest : public testing::Test {
 protected:
  [[nodiscard]] CallOutcome fetch(const std::vector<std::string>& ids, seconds length,
                                  seconds interval = seconds(1800)) {
    const std::vector<std::string_view> views(ids.begin(), ids.end());
    metric_.interval = interval;
    return fetcher_.fetch(metric_, unit_of(length), views, begun_);
  }
  [[nodiscard]] std::vector<std::string> sums() const { return texts_of(fetcher_.sums()); }
  [[nodiscard]] std::size_t calls(const char* path = kPairs) const {
    return fixture_.http.requests_to(path).size();
  }

  ApiFixture fixture_;
  ApiClient api_ = fixture_.make_api();
  MetricFetcher fetcher_{api_};
  FetchedMetric metric_{.counter = {"bytes", "flow.totalBytes", FlowField::Bytes, true},
                        .interval = seconds(1800)};
  std::vector<PendingCall> begun_;
};

TEST_F(MetricFetcherTest, AsksForOneMetricOfAllFlows) {
  fixture_.script(
      kPairs,
      {answer(
          200,
          R"({"results":[{"entity_id":"b","pointlist":[[604800,2],[606600,3]]},{"entity_id":"foreign","pointlist":[[604800,9]]},{"entity_id":"a","pointlist":[[606600,0]]}]})")});
  EXPECT_TRUE(fetch({"a", "b", "c"}, hours(1)));
  EXPECT_THAT(sums(), ElementsAre("0", "5", "none"));
  const auto requests = fixture_.http.requests_to(kPairs);
  ASSERT_THAT(requests, SizeIs(1));
  EXPECT_EQ(requests[0].method, "POST");
  EXPECT_EQ(requests[0].body,
            R"({"entity_ids":["a","b","c"],"metric":"flow.totalBytes","interval":1800,)"
            R"("start_time":604800,"end_time":608399})");
}

TEST_F(MetricFetcherTest, AsksForNothingBeyondTheUnit) {
  fixture_.script(kPairs, {answer(200, R"({"results":[]})")});
  EXPECT_TRUE(fetch({"a"}, seconds(2000)));
  EXPECT_THAT(fixture_.http.requests_to(kPairs).at(0).body,
              HasSubstr(R"("start_time":604800,"end_time":606800})"));
  EXPECT_TRUE(fetch({"a"}, seconds(0)));
  EXPECT_EQ(calls(), 1U);
}

TEST_F(MetricFetcherTest, AsksForAThousandFlowsAndThreeHundredPointsAtATime) {
  std::size_t most_flows = 0;
  std::size_t most_points = 0;
  fixture_.respond(kPairs, [&](const HttpRequest& request) {
    const MetricRequest asked(request.body);
    most_flows = std::max(most_flows, asked.ids.size());
    most_points = std::max(most_points, asked.points());
    return answer_metrics(asked, [](const std::string&, std::int64_t) { return 1; });
  });
  std::vector<std::string> ids;
  for (int i = 0; i < 2001; ++i) ids.push_back("id-" + std::to_string(i));
  EXPECT_TRUE(fetch(ids, hours(7 * 24)));
  EXPECT_EQ(calls(), 3U * 2U);
  EXPECT_EQ(most_flows, 1000U);
  EXPECT_EQ(most_points, 300U);
  for (const std::string& sum : sums()) ASSERT_EQ(sum, "336");
}

TEST_F(MetricFetcherTest, FallsBackToTheOtherFormIfTheFirstOneIsNotThere) {
  fixture_.script(
      kLists,
      {answer(200,
              R"({"results":[{"entity_id":"a","timestamps":[604800,606600],"values":[2,5]}]})")});
  EXPECT_TRUE(fetch({"a"}, hours(1)));
  EXPECT_TRUE(fetch({"a"}, hours(1)));
  EXPECT_THAT(sums(), ElementsAre("7"));
  EXPECT_EQ(calls(kPairs), 1U);
  EXPECT_EQ(calls(kLists), 2U);
}

TEST_F(MetricFetcherTest, FailsIfNeitherFormIsThere) {
  EXPECT_TRUE(fetch({"a", "b"}, hours(1))) << "two flows may be at fault themselves";
  EXPECT_THAT(sums(), ElementsAre("failing", "failing"));
  std::vector<std::string> ids;
  for (int i = 0; i < 100; ++i) ids.push_back("id-" + std::to_string(i));
  const CallOutcome many = fetch(ids, hours(1));
  ASSERT_FALSE(many);
  EXPECT_EQ(many.problem().status, 404);
}

TEST_F(MetricFetcherTest, LosesOnlyTheFlowThatThePlatformFailsOn) {
  fixture_.respond(kPairs, [](const HttpRequest& request) {
    const MetricRequest asked(request.body);
    if (std::ranges::find(asked.ids, "bad") != asked.ids.end())
      return answer(400, R"({"message":"cannot read bad"})");
    return answer_metrics(asked, [](const std::string& id, std::int64_t) { return id[0] - 'a'; });
  });
  EXPECT_TRUE(fetch({"a", "b", "bad", "c", "d"}, hours(1)));
  EXPECT_THAT(sums(), ElementsAre("0", "2", "failing", "4", "6"));
  EXPECT_THAT(fetcher_.reason(), HasSubstr("cannot read bad"));
}

TEST_F(MetricFetcherTest, LeavesLostFlowsOutOfLaterRanges) {
  fixture_.respond(kPairs, [](const HttpRequest& request) {
    const MetricRequest asked(request.body);
    if (std::ranges::find(asked.ids, "bad") != asked.ids.end()) return api_error(400);
    return answer_metrics(asked, [](const std::string&, std::int64_t) { return 1; });
  });
  EXPECT_TRUE(fetch({"a", "bad"}, hours(7 * 24)));
  EXPECT_THAT(sums(), ElementsAre("336", "failing"));
  const auto requests = fixture_.http.requests_to(kPairs);
  EXPECT_EQ(MetricRequest(requests.back().body).ids, std::vector<std::string>{"a"});
}

TEST_F(MetricFetcherTest, AsksForFewerPointsIfThePlatformAllowsNoMore) {
  fixture_.respond(kPairs, [](const HttpRequest& request) {
    const MetricRequest asked(request.body);
    if (asked.points() > 100) return answer(400, R"({"message":"too many points"})");
    return answer_metrics(asked, [](const std::string& id, std::int64_t) { return id[0] - 'a'; });
  });
  EXPECT_TRUE(fetch({"a", "b"}, hours(7 * 24)));
  EXPECT_THAT(sums(), ElementsAre("0", "336"));
  // 300, 150, 75, 75, 150, 75, 75, 36
  EXPECT_EQ(calls(), 8U);
  EXPECT_TRUE(fetch({"a", "b"}, hours(7 * 24)));
  EXPECT_THAT(sums(), ElementsAre("0", "336"));
  EXPECT_EQ(calls(), 8U + 5U) << "it remembers how many points there may be";
}

TEST_F(MetricFetcherTest, CountsNoPointTwiceIfHalfOfACallFails) {
  // More than 50 points fail, and so do the later ones of the flow "bad".
  fixture_.respond(kPairs, [](const HttpRequest& request) {
    const MetricRequest asked(request.body);
    const bool is_late = asked.start >= 604'800 + 48 * 3600;
    const bool has_bad = std::ranges::find(asked.ids, "bad") != asked.ids.end();
    if (asked.points() > 50 || (is_late && has_bad)) return api_error(400);
    return answer_metrics(asked, [](const std::string&, std::int64_t) { return 1; });
  });
  EXPECT_TRUE(fetch({"a", "bad", "c"}, hours(4 * 24), seconds(3600)));
  EXPECT_THAT(sums(), ElementsAre("96", "failing", "96"));
}

[[nodiscard]] std::vector<std::string> ids_of(int count) {
  std::vector<std::string> ids;
  for (int i = 0; i < count; ++i) ids.push_back("id-" + std::to_string(i));
  return ids;
}

TEST_F(MetricFetcherTest, AsksForFewerFlowsIfThePlatformOnlyAnswersForTheFirst) {
  for (const std::size_t cap : {8U, 100U, 999U}) {
    MetricFetcher fetcher(api_);
    fixture_.respond(kPairs, [&](const HttpRequest& request) {
      MetricRequest asked(request.body);
      asked.ids.resize(std::min(asked.ids.size(), cap));
      return answer_metrics(asked, [](const std::string&, std::int64_t) { return 1; });
    });
    const std::vector<std::string> ids = ids_of(1000);
    const std::vector<std::string_view> views(ids.begin(), ids.end());
    const std::size_t least = (ids.size() + cap - 1) / cap;
    for (const std::size_t calls_expected : {least + 1, least}) {
      const std::size_t before = calls();
      EXPECT_TRUE(fetcher.fetch(metric_, unit_of(hours(1)), views, begun_));
      for (const std::string& sum : texts_of(fetcher.sums())) ASSERT_EQ(sum, "2") << cap;
      EXPECT_LE(calls() - before, calls_expected) << cap << ": it remembers how many there may be";
    }
  }
}

TEST_F(MetricFetcherTest, TakesFlowsThatAreLeftOutForFlowsWithoutData) {
  fixture_.respond(kPairs, [](const HttpRequest& request) {
    MetricRequest asked(request.body);
    std::erase_if(asked.ids, [](const std::string& id) { return id.ends_with('7'); });
    return answer_metrics(asked, [](const std::string&, std::int64_t) { return 1; });
  });
  const std::vector<std::string> ids = ids_of(40);
  EXPECT_TRUE(fetch(ids, hours(1)));
  EXPECT_EQ(calls(), 2U) << "they are asked for once more";
  EXPECT_EQ(sums()[7], "none");
  EXPECT_EQ(sums()[8], "2");
}

TEST_F(MetricFetcherTest, LosesFlowsThatAreLeftOutIfOthersHaveEmptyLists) {
  fixture_.respond(kPairs, [](const HttpRequest& request) {
    MetricRequest asked(request.body);
    std::erase_if(asked.ids, [](const std::string& id) { return id.ends_with('7'); });
    return answer_metrics(asked, [](const std::string& id, std::int64_t) {
      return id.ends_with('6') ? std::nullopt : std::optional<std::int64_t>(1);
    });
  });
  EXPECT_TRUE(fetch(ids_of(40), hours(1)));
  EXPECT_EQ(sums()[6], "none");
  EXPECT_EQ(sums()[7], "failing");
  EXPECT_EQ(sums()[8], "2");
  EXPECT_THAT(fetcher_.reason(), HasSubstr("leaves flows out"));
}

TEST_F(MetricFetcherTest, AsksForFewerPointsIfThePlatformCutsThem) {
  for (const bool has_last : {false, true}) {
    MetricFetcher fetcher(api_);
    fixture_.respond(kPairs, [&](const HttpRequest& request) {
      const MetricRequest asked(request.body);
      return answer_metrics(asked, [&](const std::string&, std::int64_t stamp) {
        const std::int64_t number = has_last ? (asked.end - stamp) / asked.interval
                                             : (stamp - asked.start) / asked.interval;
        return number < 100 ? std::optional<std::int64_t>(1) : std::nullopt;
      });
    });
    const std::vector<std::string_view> ids{"a", "b"};
    for (const std::size_t calls_expected : {8U + 2U, 4U}) {
      const std::size_t before = calls();
      EXPECT_TRUE(fetcher.fetch(metric_, unit_of(hours(7 * 24)), ids, begun_));
      EXPECT_THAT(texts_of(fetcher.sums()), ElementsAre("336", "336")) << has_last;
      EXPECT_LE(calls() - before, calls_expected) << "it remembers how many there may be";
    }
  }
}

TEST_F(MetricFetcherTest, CountsPointsThatLookedCutOnce) {
  fixture_.respond(kPairs, [](const HttpRequest& request) {
    return answer_metrics(MetricRequest(request.body), [](const std::string&, std::int64_t stamp) {
      return stamp < 604'800 + 20 * 1800 ? std::optional<std::int64_t>(1) : std::nullopt;
    });
  });
  EXPECT_TRUE(fetch({"a", "b"}, hours(24)));
  EXPECT_THAT(sums(), ElementsAre("20", "20"));
  EXPECT_EQ(calls(), 5U) << "the day, the half that looks cut, too, its halves, the other half";
}

TEST_F(MetricFetcherTest, EndsWhenTheBudgetIsSpent) {
  fixture_.respond(kPairs, [](const HttpRequest& request) {
    const MetricRequest asked(request.body);
    if (std::ranges::any_of(asked.ids, [](const std::string& id) { return id.ends_with("33"); }))
      return api_error(500);
    return answer_metrics(asked, [](const std::string&, std::int64_t) { return 1; });
  });
  const std::vector<std::string> ids = ids_of(300);
  std::vector<std::size_t> calls_of_batch;
  std::size_t before = 0;
  bool has_failed = false;
  for (int batch = 0; batch < 100 && !has_failed; ++batch) {
    has_failed = !fetch(ids, hours(1));
    calls_of_batch.push_back(calls() - before);
    before = calls();
  }
  EXPECT_TRUE(has_failed);
  EXPECT_TRUE(metric_.budget.is_spent());
  EXPECT_LT(calls_of_batch.at(1), calls_of_batch.at(0) / 2) << "it looks for single flows once";
  // Each that fails is made twice.
  EXPECT_LT(calls(), 4 * FailureBudget::kMaxFailedCalls);
}

TEST_F(MetricFetcherTest, DoesNotTakeHalfAnAnswerForAWholeOne) {
  fixture_.script(
      kPairs,
      {answer(200, R"({"results":[{"entity_id":"a","pointlist":[[604800,2],[606600,)"),
       answer(503, ""),
       answer(200, R"({"results":[{"entity_id":"a","pointlist":[[604800,2],[606600,3]]}]})")});
  EXPECT_TRUE(fetch({"a"}, hours(1)));
  EXPECT_THAT(sums(), ElementsAre("5"));
}

TEST_F(MetricFetcherTest, KnowsItsCallsOnceThePlatformHasAnsweredOne) {
  fixture_.respond(kPairs, [](const HttpRequest& request) {
    return answer_metrics(MetricRequest(request.body), [](const auto&, auto) { return 1; });
  });
  const std::vector<std::string_view> ids{"a", "b"};
  const TimeWindow week = unit_of(hours(7 * 24));
  std::vector<PendingCall> calls;
  fetcher_.append_calls(metric_, week, ids, 8, calls);
  EXPECT_THAT(calls, SizeIs(0U)) << "there are two operations";
  EXPECT_TRUE(fetch({"a", "b"}, hours(7 * 24)));
  fetcher_.append_calls(metric_, week, ids, 8, calls);
  ASSERT_THAT(calls, SizeIs(2U));
  for (std::size_t i = 0; i < calls.size(); ++i)
    EXPECT_EQ(calls[i].call().body, fixture_.http.requests_to(kPairs).at(i).body);
  fetcher_.append_calls(metric_, week, ids, 3, calls);
  EXPECT_THAT(calls, SizeIs(3U)) << "no more than are wanted";
}

}  // namespace
}  // namespace vrni2syslog
