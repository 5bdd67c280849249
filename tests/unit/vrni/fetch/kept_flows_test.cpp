// FlowFetcher with versions that are kept.

#include "unit/vrni/api_fixture.h"
#include "unit/vrni/versions_fixture.h"
#include "vrni/fetch/flow_fetcher.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <deque>

namespace vrni2syslog {
namespace {

using testing::ElementsAre;

[[nodiscard]] std::string kept_result(const std::string& id, const std::string& properties) {
  return R"({"entity_id":")" + id + R"(","time":5,"entity":{)" + properties + "}}";
}

class KeptFlowsTest : public testing::Test {
 protected:
  static constexpr std::string_view kPath = "/entities/fetch";

  void answer_with(const std::vector<std::string>& results) {
    std::string list;
    for (const std::string& result : results) list += (list.empty() ? "" : ",") + result;
    fixture_.script(std::string(kPath), {answer(200, R"({"results":[)" + list + "]}")});
  }
  [[nodiscard]] static std::vector<SearchHit> hits_of(const std::vector<std::string>& ids) {
    std::vector<SearchHit> hits;
    for (const std::string& id : ids)
      hits.push_back({id, "Flow", UnixSeconds(std::chrono::seconds(5))});
    return hits;
  }
  /// The protocols of the flows, in order.
  [[nodiscard]] std::vector<std::string> fetch(const std::vector<std::string>& ids) {
    FlowBatch batch{TimeWindow{}};
    fetcher_.fetch(hits_of(ids), batch);
    std::vector<std::string> protocols;
    for (const Flow& flow : batch.flows)
      protocols.emplace_back(flow.is_partial ? "partial" : flow.text(FlowField::Protocol));
    return protocols;
  }
  [[nodiscard]] static std::vector<std::string> ids_of(const FlowBatch& batch) {
    std::vector<std::string> ids;
    for (const Flow& flow : batch.flows) ids.emplace_back(flow.is_partial ? "" : flow.id);
    return ids;
  }
  [[nodiscard]] static std::vector<std::string> many_ids(std::size_t count) {
    std::vector<std::string> ids;
    for (std::size_t i = 0; i < count; ++i) ids.push_back("flow-" + std::to_string(i));
    return ids;
  }
  /// The only fetch of these hits.
  [[nodiscard]] FlowFetch plan(std::span<const SearchHit> hits, const ComingVersions& coming = {}) {
    std::vector<FlowFetch> fetches = fetcher_.plan_fetches(hits, coming);
    EXPECT_EQ(fetches.size(), 1U);
    return std::move(fetches.at(0));
  }
  [[nodiscard]] std::size_t calls() const {
    return fixture_.http.requests_to(std::string(kPath)).size();
  }
  [[nodiscard]] std::string last_body() const {
    return fixture_.http.requests_to(std::string(kPath)).back().body;
  }

  ApiFixture fixture_;
  ApiClient api_ = fixture_.make_api();
  FlowVersions versions_{{}, fixture_.clock, fixture_.log};
  FlowFetcher fetcher_{api_, fixture_.log, {}, &versions_};
};

TEST_F(KeptFlowsTest, AreNotFetchedAheadWhileTheyAreComing) {
  fixture_.http.begin_requests();
  api_.log_in();
  const std::vector<std::string> ids = {"a", "b", "c"};
  const std::vector<SearchHit> hits = hits_of(ids);
  FlowFetch fetch = plan(hits, {{"a", UnixSeconds()}, {"a", *hits[0].time}, {"c", UnixSeconds()}});
  EXPECT_TRUE(fetcher_.begin(hits, fetch));
  EXPECT_EQ(last_body(), R"({"entity_ids":[{"entity_id":"b","entity_type":"Flow","time":5},)"
                         R"({"entity_id":"c","entity_type":"Flow","time":5}]})");
  FlowBatch other{TimeWindow{}};
  versions_.add(make_version(other, "a", 5), VmDetails::Without);
  answer_with({kept_result("c", R"("protocol":"UDP")"), kept_result("b", R"("protocol":"UDP")")});
  FlowBatch batch{TimeWindow{}};
  fetcher_.read(hits, batch, fetch);
  EXPECT_THAT(ids_of(batch), ElementsAre("a", "b", "c"));
  EXPECT_EQ(calls(), 1U);
}

TEST_F(KeptFlowsTest, AreFetchedAfterwardsIfTheyWereNotKeptAfterAll) {
  fixture_.http.begin_requests();
  api_.log_in();
  const std::vector<std::string> ids = {"a", "b"};
  const std::vector<SearchHit> hits = hits_of(ids);
  FlowFetch fetch = plan(hits, {{"a", *hits[0].time}});
  EXPECT_TRUE(fetcher_.begin(hits, fetch));
  FlowBatch batch{TimeWindow{}};
  fixture_.script(std::string(kPath),
                  {answer(200, R"({"results":[)" + kept_result("b", "") + "]}"),
                   answer(200, R"({"results":[)" + kept_result("a", "") + "]}")});
  fetcher_.read(hits, batch, fetch);
  EXPECT_THAT(ids_of(batch), ElementsAre("a", "b"));
  EXPECT_EQ(calls(), 2U);
  EXPECT_EQ(last_body(), R"({"entity_ids":[{"entity_id":"a","entity_type":"Flow","time":5}]})");
}

TEST_F(KeptFlowsTest, AreNotFetchedAgain) {
  answer_with({kept_result("a", R"("protocol":"TCP")"), kept_result("b", R"("protocol":"UDP")")});
  EXPECT_THAT(fetch({"a", "b"}), ElementsAre("TCP", "UDP"));
  answer_with({kept_result("c", R"("protocol":"ICMP")")});
  EXPECT_THAT(fetch({"b", "c", "a"}), ElementsAre("UDP", "ICMP", "TCP"));
  EXPECT_EQ(last_body(), R"({"entity_ids":[{"entity_id":"c","entity_type":"Flow","time":5}]})");
  EXPECT_THAT(fetch({"c", "a", "b"}), ElementsAre("ICMP", "TCP", "UDP"));
  EXPECT_EQ(calls(), 2U);
  EXPECT_EQ(versions_.reused(), 5U);
}

TEST_F(KeptFlowsTest, NeedNoCallIfTheyAreAll) {
  answer_with({kept_result("a", R"("protocol":"TCP")")});
  (void)fetch({"a"});
  const std::vector<std::string> ids{"a"};
  FlowFetch fetch = plan(hits_of(ids));
  EXPECT_TRUE(fetch.is_begun());
  EXPECT_TRUE(fetch.is_answered());
  EXPECT_TRUE(fetcher_.begin(hits_of(ids), fetch));
  EXPECT_FALSE(fetch.call);
}

TEST_F(KeptFlowsTest, LieBetweenThoseThatOneCallFetches) {
  const std::vector<std::string> ids = many_ids(10'000);
  const std::vector<SearchHit> hits = hits_of(ids);
  FlowBatch other{TimeWindow{}};
  for (std::size_t i = 0; i < ids.size(); ++i) {
    if (i % 4 != 0) versions_.add(make_version(other, ids[i], 5), VmDetails::Without);
  }
  std::vector<std::size_t> lengths;
  for (const FlowFetch& fetch : fetcher_.plan_fetches(hits)) lengths.push_back(fetch.places.size());
  EXPECT_THAT(lengths, ElementsAre(2500, 2500, 2500, 2500));
}

TEST_F(KeptFlowsTest, MakeNoFetchLongerThanOneCallFetches) {
  const std::vector<std::string> ids = many_ids(3'000);
  FlowBatch other{TimeWindow{}};
  for (std::size_t i = 0; i < 500; ++i)
    versions_.add(make_version(other, ids[i], 5), VmDetails::Without);
  std::vector<std::size_t> lengths;
  for (const FlowFetch& fetch : fetcher_.plan_fetches(hits_of(ids)))
    lengths.push_back(fetch.places.size());
  EXPECT_THAT(lengths, ElementsAre(1500, 1000, 500));
}

TEST_F(KeptFlowsTest, LeaveNoFetchOfAFewThatMightAllBeGone) {
  const std::vector<std::string> ids = many_ids(1'001);
  std::vector<std::size_t> lengths;
  for (const FlowFetch& fetch : fetcher_.plan_fetches(hits_of(ids)))
    lengths.push_back(fetch.places.size());
  EXPECT_THAT(lengths, ElementsAre(990, 11));
}

TEST_F(KeptFlowsTest, AreReadAThousandAtATimeIfCountersAreAskedFor) {
  const FlowFetcher fetcher(api_, fixture_.log, {FlowField::Bytes}, &versions_);
  const std::vector<std::string> ids = many_ids(2'000);
  FlowBatch other{TimeWindow{}};
  for (const std::string& id : ids) versions_.add(make_version(other, id, 5), VmDetails::Without);
  std::vector<std::size_t> lengths;
  for (const FlowFetch& fetch : fetcher.plan_fetches(hits_of(ids)))
    lengths.push_back(fetch.places.size());
  EXPECT_THAT(lengths, ElementsAre(1000, 1000));
}

TEST_F(KeptFlowsTest, AreFetchedAThousandAtATimeIfTheyWereLostMeanwhile) {
  const std::vector<std::string> ids = many_ids(2'500);
  const std::vector<SearchHit> hits = hits_of(ids);
  ComingVersions coming;
  for (const SearchHit& hit : hits) coming.emplace(hit.id, *hit.time);
  FlowFetch fetch = plan(hits, coming);
  EXPECT_FALSE(fetch.needs_call);
  std::deque<HttpResponse> answers;
  for (std::size_t first = 0; first < ids.size(); first += 1000) {
    std::string list;
    for (std::size_t i = first; i < std::min(first + 1000, ids.size()); ++i)
      list += (list.empty() ? "" : ",") + kept_result(ids[i], "");
    answers.push_back(answer(200, R"({"results":[)" + list + "]}"));
  }
  fixture_.script(std::string(kPath), answers);
  FlowBatch batch{TimeWindow{}};
  fetcher_.read(hits, batch, fetch);
  EXPECT_EQ(ids_of(batch), ids);
  EXPECT_EQ(calls(), 3U);
}

TEST_F(KeptFlowsTest, AreThoseInTheVersionThatWasListedAlone) {
  answer_with({R"({"entity_id":"a","time":7,"entity":{"protocol":"TCP"}})"});
  (void)fetch({"a"});
  (void)fetch({"a"});
  EXPECT_EQ(calls(), 2U);
}

TEST_F(KeptFlowsTest, AreNotThoseWhoseNamesCouldNotBeAskedFor) {
  // The platform forbids the question: what it would have said is not known.
  answer_with({kept_result("a", R"("source_vm":{"entity_id":"v"})")});
  fixture_.script("/entities/names", {api_error(403)});
  (void)fetch({"a"});
  (void)fetch({"a"});
  EXPECT_EQ(calls(), 2U);
  fixture_.script("/entities/names",
                  {answer(200, R"({"entities":[{"entity_id":"v","name":"web-01"}]})")});
  (void)fetch({"a"});
  (void)fetch({"a"});
  EXPECT_EQ(calls(), 3U);
}

TEST_F(KeptFlowsTest, LetAFewOthersBeGone) {
  answer_with({kept_result("a", R"("protocol":"TCP")")});
  (void)fetch({"a"});
  answer_with({});
  EXPECT_THAT(fetch({"a", "gone"}), ElementsAre("TCP", "partial"));
  std::vector<std::string> many{"a"};
  for (int i = 0; i < 10; ++i) many.push_back("gone-" + std::to_string(i));
  EXPECT_THROW((void)fetch(many), Error);
  EXPECT_THROW((void)fetch({"gone"}), Error);
}

}  // namespace
}  // namespace vrni2syslog
