#include "vrni/fetch/flow_fetcher.h"

#include "unit/vrni/api_fixture.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>

namespace vrni2syslog {
namespace {

using testing::AllOf;
using testing::ElementsAre;
using testing::HasSubstr;
using testing::SizeIs;

[[nodiscard]] std::string result_of(const std::string& id,
                                    const std::string& properties = R"("protocol":"TCP")") {
  return R"({"entity_id":")" + id + R"(","time":7,"entity":{)" + properties + "}}";
}

class FlowFetcherTest : public testing::Test {
 protected:
  void fetch(const std::vector<std::string>& ids) {
    std::vector<SearchHit> hits;
    for (const std::string& id : ids)
      hits.push_back({id, "Flow", UnixSeconds(std::chrono::seconds(5))});
    fetcher_.fetch(hits, batch_);
  }
  [[nodiscard]] std::vector<std::string> ids_of_flows() const {
    std::vector<std::string> ids;
    for (const Flow& flow : batch_.flows) ids.emplace_back(flow.id);
    return ids;
  }
  [[nodiscard]] std::size_t partial_flows() const {
    return static_cast<std::size_t>(
        std::ranges::count_if(batch_.flows, [](const Flow& flow) { return flow.is_partial; }));
  }

  ApiFixture fixture_;
  ApiClient api_ = fixture_.make_api();
  FlowFetcher fetcher_{api_, fixture_.log};
  FlowBatch batch_{TimeWindow{}};
};

TEST_F(FlowFetcherTest, AsksForTheVersionsThatMatched) {
  fixture_.script("/entities/fetch", {answer(200, R"({"results":[)" + result_of("a") + "]}")});
  fetch({"a"});
  EXPECT_EQ(fixture_.http.requests_to("/entities/fetch").at(0).body,
            R"({"entity_ids":[{"entity_id":"a","entity_type":"Flow","time":5}]})");
  EXPECT_EQ(batch_.flows.at(0).version_time, UnixSeconds(std::chrono::seconds(7)));
  EXPECT_EQ(batch_.flows.at(0).listed_time, UnixSeconds(std::chrono::seconds(5)));
}

TEST_F(FlowFetcherTest, RestoresTheOrderOfTheSearch) {
  fixture_.script(
      "/entities/fetch",
      {answer(200, R"({"results":[)" + result_of("c") + "," + result_of("foreign") + "," +
                       result_of("a") + "," + result_of("c") + "," + result_of("b") + "]}"),
       answer(200, R"({"results":[)" + result_of("e") + "," + result_of("d") + "]}")});
  fetch({"a", "b", "c", "d", "e"});
  EXPECT_THAT(ids_of_flows(), ElementsAre("a", "b", "c", "d", "e"));
  EXPECT_EQ(partial_flows(), 0U);
}

TEST_F(FlowFetcherTest, TakesTheCurrentVersionIfTheOneThatMatchedIsGone) {
  fixture_.script(
      "/entities/fetch",
      {answer(200, R"({"results":[)" + result_of("a") + R"(,{"entity_id":"b","entity":null}]})"),
       answer(200, R"({"results":[)" + result_of("c") + "," + result_of("b") + "]}")});
  fetch({"a", "b", "c"});
  EXPECT_THAT(ids_of_flows(), ElementsAre("a", "b", "c"));
  EXPECT_EQ(partial_flows(), 0U);
  const auto requests = fixture_.http.requests_to("/entities/fetch");
  ASSERT_EQ(requests.size(), 2U);
  EXPECT_EQ(
      requests[1].body,
      R"({"entity_ids":[{"entity_id":"b","entity_type":"Flow"},{"entity_id":"c","entity_type":"Flow"}]})");
}

TEST_F(FlowFetcherTest, HandsOnTheIdentityOfFlowsThatAreGone) {
  fixture_.script("/entities/fetch", {answer(200, R"({"results":[)" + result_of("a") + "]}"),
                                      answer(200, R"({"results":[]})")});
  fetch({"a", "b"});
  EXPECT_THAT(ids_of_flows(), ElementsAre("a", "b"));
  EXPECT_FALSE(batch_.flows[0].is_partial);
  EXPECT_TRUE(batch_.flows[1].is_partial);
  EXPECT_EQ(batch_.flows[1].version_time, UnixSeconds(std::chrono::seconds(5)));
  EXPECT_EQ(batch_.flows[1].listed_time, UnixSeconds(std::chrono::seconds(5)));
  EXPECT_EQ(partial_flows(), 1U);
}

TEST_F(FlowFetcherTest, FetchesAThousandAtATime) {
  // Of each call the last flow only, so that there is a second call for the others.
  fixture_.respond("/entities/fetch", [](const HttpRequest& request) {
    constexpr std::string_view kKey = R"({"entity_id":")";
    const std::size_t start = request.body.rfind(kKey) + kKey.size();
    const std::string id = request.body.substr(start, request.body.find('"', start) - start);
    return answer(200, R"({"results":[)" + result_of(id) + "]}");
  });
  std::vector<std::string> ids;
  for (int i = 0; i < 2002; ++i) ids.push_back("id-" + std::to_string(i));
  fetch(ids);
  EXPECT_THAT(fixture_.http.requests_to("/entities/fetch"), SizeIs(6));
  EXPECT_EQ(ids_of_flows(), ids);
}

/// Answers a fetch with a flow for each id that it asks for, in their order.
[[nodiscard]] HttpResponse all_in_order(const HttpRequest& request) {
  std::string results;
  for (const std::string& id : ids_in(request))
    results += (results.empty() ? "" : ",") + result_of(id);
  return answer(200, R"({"results":[)" + results + "]}");
}

TEST_F(FlowFetcherTest, TakesAllFlowsThatComeInTheirOrder) {
  fixture_.respond("/entities/fetch", all_in_order);
  std::vector<std::string> ids;
  for (int i = 0; i < 2002; ++i) ids.push_back("id-" + std::to_string(i));
  fetch(ids);
  EXPECT_THAT(fixture_.http.requests_to("/entities/fetch"), SizeIs(3));
  EXPECT_EQ(ids_of_flows(), ids);
  for (const Flow& flow : batch_.flows) {
    EXPECT_EQ(flow.listed_time, UnixSeconds(std::chrono::seconds(5)));
    EXPECT_EQ(flow.version_time, UnixSeconds(std::chrono::seconds(7)));
    EXPECT_EQ(flow.text(FlowField::Protocol), "TCP");
    EXPECT_FALSE(flow.is_partial);
  }
}

TEST_F(FlowFetcherTest, TakesEachFlowOnceOfAsManyResultsAsHits) {
  for (const char* const second : {"b", "foreign"}) {
    fixture_.script("/entities/fetch",
                    {answer(200, R"({"results":[)" + result_of("a") + "," + result_of("b") + "," +
                                     result_of(second) + "]}"),
                     answer(200, R"({"results":[)" + result_of("c") + "]}")});
    batch_.flows.clear();
    fetch({"a", "b", "c"});
    EXPECT_THAT(ids_of_flows(), ElementsAre("a", "b", "c")) << second;
    EXPECT_EQ(partial_flows(), 0U) << second;
  }
}

TEST_F(FlowFetcherTest, TakesPresentVersionsThatAllComeInTheirOrder) {
  fixture_.respond("/entities/fetch", [](const HttpRequest& request) {
    const bool is_for_versions = request.body.find(R"("time":5)") != std::string::npos;
    if (is_for_versions) return answer(200, R"({"results":[]})");
    return answer(200, R"({"results":[{"entity_id":"a","entity":{}},)" + result_of("b") + "]}");
  });
  fetch({"a", "b"});
  EXPECT_THAT(ids_of_flows(), ElementsAre("a", "b"));
  EXPECT_EQ(batch_.flows[0].version_time, UnixSeconds()) << "the answer does not say which it is";
  EXPECT_EQ(batch_.flows[1].version_time, UnixSeconds(std::chrono::seconds(7)));
  EXPECT_EQ(partial_flows(), 0U);
}

/// Answers like a platform that cannot cope with the flow "bad".
[[nodiscard]] HttpResponse stumble(const HttpRequest& request, const HttpResponse& over_bad) {
  if (request.body.find("\"bad\"") != std::string::npos) return over_bad;
  std::string results;
  for (const char* const id : {"a", "b", "c", "d"}) {
    if (request.body.find("\"" + std::string(id) + "\"") == std::string::npos) continue;
    results += (results.empty() ? "" : ",") + result_of(id);
  }
  return answer(200, R"({"results":[)" + results + "]}");
}

TEST_F(FlowFetcherTest, LosesOnlyTheFlowThatThePlatformFailsOn) {
  for (const HttpResponse& over_bad :
       {api_error(400), api_error(404), api_error(500),
        answer(200, R"({"results":[{},{},{},{},{},{}]})"), failure(HttpOutcome::TooLarge)}) {
    fixture_.respond("/entities/fetch",
                     [&](const HttpRequest& request) { return stumble(request, over_bad); });
    batch_.flows.clear();
    fetch({"a", "b", "bad", "c", "d"});
    EXPECT_THAT(ids_of_flows(), ElementsAre("a", "b", "bad", "c", "d"));
    for (const Flow& flow : batch_.flows) EXPECT_EQ(flow.is_partial, flow.id == "bad");
  }
  EXPECT_EQ(fetcher_.failed(), 5U);
}

TEST_F(FlowFetcherTest, TellsNotWhatEarlierFlowsHaveMetWhereTheDeadlineBreaksItOff) {
  fixture_.respond("/entities/fetch",
                   [](const HttpRequest& request) { return stumble(request, api_error(400)); });
  fetch({"a", "bad"});
  EXPECT_EQ(partial_flows(), 1U);
  fixture_.respond("/entities/fetch", [](const HttpRequest&) -> HttpResponse {
    throw Error(Fault::Interrupted, "the deadline has passed");
  });
  try {
    fetch({"b"});
    ADD_FAILURE() << "it was broken off";
  } catch (const Error& error) {
    EXPECT_EQ(error.fault(), Fault::Interrupted);
  }
}

TEST_F(FlowFetcherTest, FailsIfThePlatformGivesNoneOfTheFlows) {
  fixture_.deadline = fixture_.clock.steady_now() + std::chrono::minutes(5);
  api_.log_in();
  for (const HttpResponse& bad :
       {api_error(400), api_error(404), api_error(500), answer(404, "<html>nginx</html>"),
        answer(500, ""), answer(200, "<html>Sign in</html>"), answer(200, "{"), answer(200, "{}"),
        answer(200, R"({"results":[]})"), answer(200, R"({"results":[],"code":500,"message":"x"})"),
        answer(200, R"({"results":[{"entity_id":"id-0","entity":null}]})"),
        failure(HttpOutcome::TooLarge)}) {
    for (const int count : {1, 3, 5, 8, 9, 10, 11, 25}) {
      FlowFetcher fetcher(api_, fixture_.log);
      fixture_.script("/entities/fetch", {bad});
      std::vector<std::string> ids;
      for (int i = 0; i < count; ++i) ids.push_back("id-" + std::to_string(i));
      std::vector<SearchHit> hits;
      for (const std::string& id : ids) hits.push_back({id, "Flow", std::nullopt});
      FlowBatch batch{TimeWindow{}};
      EXPECT_THROW(fetcher.fetch(hits, batch), Error) << count << bad.body << bad.status;
    }
  }
}

TEST_F(FlowFetcherTest, DoesNotDivideWhatGotAForeignAnswer) {
  fixture_.deadline = fixture_.clock.steady_now() + std::chrono::minutes(5);
  for (const HttpResponse& bad :
       {answer(404, "<html>nginx</html>"), answer(500, ""), answer(200, ""),
        answer(200, "{\"results\":["), answer(200, R"({"results":[{"entity_id":"a"}])"),
        answer(200, R"({"results":[],"message":"timed out"})")}) {
    fixture_.script("/entities/fetch", {bad});
    EXPECT_THROW(fetch({"a", "b", "c"}), Error);
    for (const HttpRequest& request : fixture_.http.requests_to("/entities/fetch"))
      EXPECT_THAT(request.body, AllOf(HasSubstr("\"a\""), HasSubstr("\"c\"")));
  }
}

/// What the platform answers if it is asked for a flow without its version.
struct PresentVersion {
  const char* time;
  std::uint64_t failed;
  std::int64_t version_time;
};

TEST_F(FlowFetcherTest, CountsAVersionThatFailsUnlessThePresentOneIsTheSame) {
  const PresentVersion kPresent[] = {
      {.time = R"("time":5,)", .failed = 0, .version_time = 5},
      {.time = R"("time":9,)", .failed = 1, .version_time = 9},
      {.time = "", .failed = 1, .version_time = 0},
  };
  for (const PresentVersion& present : kPresent) {
    fixture_.respond("/entities/fetch", [&](const HttpRequest& request) {
      if (request.body.find("\"time\":5") != std::string::npos)
        return stumble(request, api_error(500));
      return answer(200, R"({"results":[{"entity_id":"bad",)" + std::string(present.time) +
                             R"("entity":{"protocol":"TCP"}}]})");
    });
    batch_.flows.clear();
    FlowFetcher fetcher(api_, fixture_.log);
    const std::vector<SearchHit> hits{{"a", "Flow", UnixSeconds(std::chrono::seconds(5))},
                                      {"bad", "Flow", UnixSeconds(std::chrono::seconds(5))}};
    fetcher.fetch(hits, batch_);
    EXPECT_EQ(partial_flows(), 0U);
    EXPECT_EQ(fetcher.failed(), present.failed) << present.time;
    EXPECT_EQ(batch_.flows[1].version_time.time_since_epoch().count(), present.version_time);
    EXPECT_EQ(batch_.flows[1].listed_time.time_since_epoch().count(), 5);
  }
}

TEST_F(FlowFetcherTest, CountsNoFailureOfFlowsThatAreGone) {
  fixture_.script("/entities/fetch", {answer(200, R"({"results":[)" + result_of("a") + "]}")});
  fetch({"a", "b"});
  EXPECT_EQ(partial_flows(), 1U);
  EXPECT_EQ(fetcher_.failed(), 0U);
}

TEST_F(FlowFetcherTest, SaysOnceWhyThePlatformFailsOnAFlow) {
  fixture_.respond("/entities/fetch", [](const HttpRequest& request) {
    return stumble(request, answer(400, R"({"message":"cannot read bad"})"));
  });
  fetch({"a", "bad", "c"});
  fetch({"bad", "d"});
  EXPECT_THAT(fixture_.log_lines,
              ElementsAre(AllOf(HasSubstr("1 in one fetch, the first of them bad"),
                                HasSubstr("400: cannot read bad"))));
}

TEST_F(FlowFetcherTest, SaysThatThePlatformAnswersWithoutAnyFlow) {
  fixture_.script("/entities/fetch", {answer(200, R"({"results":[]})")});
  std::vector<std::string> ids;
  for (int i = 0; i < 11; ++i) ids.push_back("id-" + std::to_string(i));
  try {
    fetch(ids);
    ADD_FAILURE() << "an empty answer is taken for eleven flows that are gone";
  } catch (const Error& error) {
    EXPECT_EQ(error.fault(), Fault::Data);
    EXPECT_THAT(error.what(), AllOf(HasSubstr("/entities/fetch"), HasSubstr("11 flows"),
                                    HasSubstr("kept for another run")));
  }
}

TEST_F(FlowFetcherTest, TakesTheTimeOfTheSearchIfTheFetchHasNone) {
  fixture_.script("/entities/fetch",
                  {answer(200, R"({"results":[{"entity_id":"a","entity":{"protocol":"TCP"}}]})")});
  fetch({"a"});
  EXPECT_EQ(batch_.flows.at(0).version_time, UnixSeconds(std::chrono::seconds(5)));
  EXPECT_FALSE(batch_.flows[0].is_partial);
}

TEST_F(FlowFetcherTest, DoesNotTakeMoreResultsThanItAskedFor) {
  fixture_.script("/entities/fetch",
                  {answer(200, R"({"results":[)" + result_of("a") + "," + result_of("a") + "]}"),
                   answer(200, R"({"results":[)" + result_of("a") + "]}")});
  fetch({"a"});
  EXPECT_THAT(fixture_.http.requests_to("/entities/fetch"), SizeIs(2));
  EXPECT_EQ(partial_flows(), 0U);
}

TEST_F(FlowFetcherTest, FailsIfThePlatformFailsOnAllFlows) {
  fixture_.script("/entities/fetch", {api_error(404)});
  std::vector<std::string> ids;
  for (int i = 0; i < 100; ++i) ids.push_back("id-" + std::to_string(i));
  EXPECT_THROW(fetch(ids), Error);
}

TEST_F(FlowFetcherTest, FindsNamesAndVlanIds) {
  fixture_.script(
      "/entities/fetch",
      {answer(
           200,
           R"({"results":[)" +
               result_of("foreign",
                         R"("source_l2_network":{"entity_id":"n","entity_type":"VlanL2Network"})") +
               "," +
               result_of(
                   "b",
                   R"("source_vm":{"entity_id":"v"},"destination_l2_network":{"entity_id":"n","entity_type":"VlanL2Network","entity_name":"net"})") +
               "," + result_of("a") + "]}"),
       answer(200, R"({"results":[{"entity_id":"n","entity":{"vlan_id":12}}]})")});
  fixture_.script("/entities/names",
                  {answer(200, R"({"entities":[{"entity_id":"v","name":"web-01"}]})")});
  fetch({"a", "b", "gone"});
  EXPECT_EQ(batch_.flows[1].text(FlowField::SourceVm), "web-01");
  EXPECT_EQ(batch_.flows[1].text(FlowField::DestinationNetwork), "net");
  EXPECT_EQ(batch_.flows[1].text(FlowField::DestinationVlanId), "12");
  EXPECT_TRUE(batch_.flows[0].value(FlowField::SourceVlanId).empty());
}

TEST_F(FlowFetcherTest, FindsVlanIdsOfFlowsThatComeInTheirOrder) {
  fixture_.script(
      "/entities/fetch",
      {answer(
           200,
           R"({"results":[)" + result_of("a") + "," +
               result_of("b",
                         R"("source_l2_network":{"entity_id":"n","entity_type":"VlanL2Network"})") +
               "]}"),
       answer(200, R"({"results":[{"entity_id":"n","entity":{"vlan_id":12}}]})")});
  fixture_.script("/entities/names",
                  {answer(200, R"({"entities":[{"entity_id":"n","name":"net"}]})")});
  fetch({"a", "b"});
  EXPECT_EQ(batch_.flows[1].text(FlowField::SourceVlanId), "12");
  EXPECT_EQ(batch_.flows[1].text(FlowField::SourceNetwork), "net");
  EXPECT_TRUE(batch_.flows[0].value(FlowField::SourceVlanId).empty());
}

TEST_F(FlowFetcherTest, WarnsOnceOfValuesThatItLeavesOut) {
  fixture_.script(
      "/entities/fetch",
      {answer(200, R"({"results":[)" + result_of("a", R"("source_vm":{"x":1})") + "]}")});
  fetch({"a"});
  batch_.flows.clear();
  fetch({"a"});
  ASSERT_THAT(fixture_.log_lines, SizeIs(1));
  EXPECT_THAT(fixture_.log_lines[0], HasSubstr("\"source_vm\""));
}

}  // namespace
}  // namespace vrni2syslog
