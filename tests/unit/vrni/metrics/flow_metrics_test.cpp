#include "vrni/metrics/flow_metrics.h"

#include "unit/vrni/api_fixture.h"
#include "unit/vrni/metric_platform.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>

namespace vrni2syslog {
namespace {

using std::chrono::hours;
using testing::AllOf;
using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;
using testing::SizeIs;

constexpr const char* kSchemaPath = "/schema/Flow/metrics";
constexpr const char* kFetchPath = "/metrics/fetch";
constexpr const char* kTotal = "flow.totalBytes.delta.summation.bytes";
constexpr const char* kSource = "flow.srcBytes.delta.summation.bytes";
constexpr const char* kDestination = "flow.dstBytes.delta.summation.bytes";
constexpr const char* kPackets = "flow.totalPackets.delta.summation.number";
constexpr const char* kSessions = "flow.allowedSessionCount.delta.summation.number";

const TimeWindow kHour{UnixSeconds(hours(168)), UnixSeconds(hours(169))};

[[nodiscard]] HttpResponse schema_of(const std::vector<std::string>& metrics,
                                     const std::string& intervals = "1800,7200,28800") {
  std::string results;
  for (const std::string& metric : metrics) {
    results += (results.empty() ? "" : ",") + std::string(R"({"metric":")") + metric +
               R"(","intervals":[)" + intervals + "]}";
  }
  return answer(200, R"({"results":[)" + results + "]}");
}

[[nodiscard]] std::vector<FlowField> all_counters() {
  std::vector<FlowField> fields;
  for (const FlowCounter& counter : flow_counters()) fields.push_back(counter.field);
  return fields;
}

class FlowMetricsTest : public testing::Test {
 protected:
  FlowMetricsTest() {
    fixture_.script(kSchemaPath, {schema_of({kTotal, kSource, kDestination, kPackets, kSessions})});
    // A byte of each kind per half hour, and as many packets as the metric's name has letters.
    fixture_.respond(kFetchPath, [](const HttpRequest& request) {
      const MetricRequest asked(request.body);
      return answer_metrics(asked, [&](const std::string& id, std::int64_t) {
        return id == "silent" ? std::nullopt
                              : std::optional<std::int64_t>(asked.metric == kPackets ? 21 : 1);
      });
    });
  }

  /// Adds to a batch of flows; "name*" is a partial one.
  void add(FlowMetrics& metrics, const std::vector<std::string>& ids,
           const TimeWindow& unit = kHour) {
    batch_ = batch_of(ids, unit);
    metrics.add(batch_->flows, *batch_);
  }
  [[nodiscard]] static std::unique_ptr<FlowBatch> batch_of(const std::vector<std::string>& ids,
                                                           const TimeWindow& unit = kHour) {
    auto batch = std::make_unique<FlowBatch>(unit);
    for (const std::string& id : ids) {
      Flow& flow = batch->flows.emplace_back();
      flow.is_partial = id.ends_with('*');
      flow.id = batch->copy(id);
    }
    return batch;
  }
  [[nodiscard]] std::string counters_of(std::size_t flow) const {
    std::string text;
    for (const FlowField field : all_counters()) {
      if (!batch_->flows[flow].value(field).empty())
        text += std::string(info_of(field).name) + "=" +
                std::string(batch_->flows[flow].text(field)) + " ";
    }
    return text;
  }
  [[nodiscard]] std::size_t calls(const char* path = kFetchPath) const {
    return fixture_.http.requests_to(path).size();
  }

  ApiFixture fixture_;
  ApiClient api_ = fixture_.make_api();
  std::unique_ptr<FlowBatch> batch_;
};

TEST_F(FlowMetricsTest, AddsTheSumsOfTheUnit) {
  FlowMetrics metrics(all_counters(), api_, fixture_.log);
  add(metrics, {"a", "silent", "b"});
  EXPECT_EQ(counters_of(0), "bytes=2 src_bytes=2 dst_bytes=2 packets=42 sessions=2 ");
  EXPECT_EQ(counters_of(1), "");
  EXPECT_EQ(counters_of(2), counters_of(0));
  EXPECT_EQ(metrics.without(), 0U);
  EXPECT_THAT(fixture_.log_lines, IsEmpty());
}

TEST_F(FlowMetricsTest, AsksForNothingThatIsNotWanted) {
  FlowMetrics none({}, api_, fixture_.log);
  add(none, {"a"});
  EXPECT_THAT(fixture_.http.requests(), IsEmpty());
  FlowMetrics packets({FlowField::Packets}, api_, fixture_.log);
  add(packets, {});
  EXPECT_THAT(fixture_.http.requests(), IsEmpty());
  add(packets, {"a"});
  EXPECT_EQ(counters_of(0), "packets=42 ");
  EXPECT_EQ(calls(), 1U);
}

TEST_F(FlowMetricsTest, AsksForTheSchemaOnce) {
  FlowMetrics metrics({FlowField::Bytes, FlowField::Packets}, api_, fixture_.log);
  add(metrics, {"a"});
  add(metrics, {"a"});
  EXPECT_EQ(calls(kSchemaPath), 1U);
  EXPECT_EQ(fixture_.http.requests_to(kSchemaPath).at(0).method, "GET");
  EXPECT_EQ(calls(), 4U);
}

TEST_F(FlowMetricsTest, AsksForNothingAboutFlowsThatAreGone) {
  FlowMetrics metrics({FlowField::Bytes}, api_, fixture_.log);
  add(metrics, {"gone*", "a"});
  EXPECT_EQ(counters_of(0), "");
  EXPECT_EQ(counters_of(1), "bytes=2 ");
  EXPECT_THAT(fixture_.http.requests_to(kFetchPath).at(0).body, HasSubstr(R"("entity_ids":["a"])"));
  add(metrics, {"gone*"});
  EXPECT_EQ(calls(), 1U);
  EXPECT_EQ(metrics.without(), 0U);
}

TEST_F(FlowMetricsTest, UsesTheShortestIntervalOfEachMetric) {
  fixture_.script(kSchemaPath, {schema_of({kTotal}, "3600,300,7200")});
  FlowMetrics metrics({FlowField::Bytes}, api_, fixture_.log);
  add(metrics, {"a"});
  EXPECT_EQ(counters_of(0), "bytes=12 ");
}

TEST_F(FlowMetricsTest, SaysOnceThatThePlatformTellsNoMetrics) {
  for (const HttpResponse& no :
       {api_error(404), api_error(403), answer(302, ""), api_error(500), answer(503, ""),
        answer(401, ""), answer(200, "<html>"), failure(HttpOutcome::CannotConnect)}) {
    fixture_.script(kSchemaPath, {no});
    fixture_.log_lines.clear();
    FlowMetrics metrics({FlowField::Bytes}, api_, fixture_.log);
    for (int batch = 0; batch < FailureBudget::kMaxVainBatches; ++batch) add(metrics, {"a", "b"});
    const std::size_t calls_for_schema = calls(kSchemaPath);
    add(metrics, {"c"});
    EXPECT_EQ(counters_of(0), "");
    EXPECT_EQ(calls(kSchemaPath), calls_for_schema);
    EXPECT_THAT(fixture_.log_lines,
                ElementsAre(AllOf(HasSubstr("does not tell its metrics"), HasSubstr(kSchemaPath))));
    EXPECT_EQ(metrics.without(), 7U);
  }
  EXPECT_EQ(calls(), 0U);
}

TEST_F(FlowMetricsTest, AsksForTheSchemaAgainAfterASingleFailure) {
  for (const HttpResponse& no :
       {api_error(404), api_error(403), answer(302, ""), answer(200, "")}) {
    fixture_.script(kSchemaPath, {no});
    FlowMetrics metrics({FlowField::Bytes}, api_, fixture_.log);
    add(metrics, {"a"});
    fixture_.script(kSchemaPath, {schema_of({kTotal})});
    add(metrics, {"a"});
    EXPECT_NE(counters_of(0), "") << no.status;
    EXPECT_EQ(metrics.without(), 1U);
  }
}

TEST_F(FlowMetricsTest, NamesTheMetricsThatThePlatformDoesNotHave) {
  fixture_.script(kSchemaPath, {schema_of({kTotal, "flow.other"})});
  FlowMetrics metrics(all_counters(), api_, fixture_.log);
  add(metrics, {"a"});
  add(metrics, {"a"});
  EXPECT_EQ(counters_of(0), "bytes=2 ");
  EXPECT_THAT(fixture_.log_lines, ElementsAre(AllOf(HasSubstr(kPackets), HasSubstr(kSessions),
                                                    testing::Not(HasSubstr(kSource)))));
  EXPECT_EQ(metrics.without(), 0U) << "nothing is missing of what there is";
}

TEST_F(FlowMetricsTest, DoesNotAskAgainForWhatThePlatformRefuses) {
  for (const int status : {403, 302, 404, 400}) {
    fixture_.respond(kFetchPath, [&](const HttpRequest&) { return api_error(status); });
    fixture_.log_lines.clear();
    FlowMetrics metrics({FlowField::Bytes, FlowField::Packets}, api_, fixture_.log);
    std::vector<std::string> ids;
    for (int i = 0; i < 40; ++i) ids.push_back("id-" + std::to_string(i));
    for (int batch = 0; batch < FailureBudget::kMaxVainBatches; ++batch) add(metrics, ids);
    const std::size_t before = calls();
    add(metrics, ids);
    EXPECT_EQ(calls(), before) << status;
    EXPECT_EQ(metrics.without(), 160U);
    EXPECT_THAT(fixture_.log_lines, ElementsAre(HasSubstr(std::to_string(status))));
  }
}

TEST_F(FlowMetricsTest, KeepsTheOtherCountersIfOneFails) {
  fixture_.respond(kFetchPath, [](const HttpRequest& request) {
    const MetricRequest asked(request.body);
    if (asked.metric == kTotal) return api_error(500);
    return answer_metrics(asked, [](const std::string&, std::int64_t) { return 1; });
  });
  FlowMetrics metrics({FlowField::Bytes, FlowField::Packets}, api_, fixture_.log);
  std::vector<std::string> ids;
  for (int i = 0; i < 40; ++i) ids.push_back("id-" + std::to_string(i));
  std::size_t calls_before = 0;
  std::vector<std::size_t> calls_of_batch;
  for (int batch = 0; batch < 5; ++batch) {
    add(metrics, ids);
    EXPECT_EQ(counters_of(0), "packets=2 ");
    calls_of_batch.push_back(calls() - calls_before);
    calls_before = calls();
  }
  EXPECT_EQ(metrics.without(), 200U);
  EXPECT_THAT(fixture_.log_lines, ElementsAre(AllOf(HasSubstr("without bytes"), HasSubstr("500"))));
  // An error of the server may pass, but not for ever.
  EXPECT_GT(calls_of_batch[1], 1U);
  EXPECT_EQ(calls_of_batch[3], 1U);
  EXPECT_EQ(calls_of_batch[4], 1U);
}

TEST_F(FlowMetricsTest, GoesOnWithoutCountersIfThePlatformIsOutOfReach) {
  fixture_.respond(kFetchPath, [](const HttpRequest&) { return answer(503, ""); });
  FlowMetrics metrics({FlowField::Bytes, FlowField::Packets}, api_, fixture_.log);
  add(metrics, {"a"});
  const std::size_t calls_of_a_batch = calls();
  for (int batch = 0; batch < 5; ++batch) add(metrics, {"a"});
  EXPECT_EQ(calls(), FailureBudget::kMaxVainBatches * calls_of_a_batch);
  EXPECT_EQ(metrics.without(), 6U);
  EXPECT_THAT(fixture_.log_lines, SizeIs(1));
}

TEST_F(FlowMetricsTest, EndsTheRunIfEveryOtherCallWouldFailToo) {
  for (const std::string path : {kSchemaPath, kFetchPath}) {
    for (const HttpOutcome outcome :
         {HttpOutcome::ProxyLoginRefused, HttpOutcome::CertificateRefused}) {
      fixture_.respond(path, [outcome](const HttpRequest&) { return failure(outcome); });
      FlowMetrics metrics({FlowField::Bytes}, api_, fixture_.log);
      EXPECT_THROW(add(metrics, {"a"}), Error) << path;
    }
  }
}

TEST_F(FlowMetricsTest, AsksAgainAfterAFailure) {
  FlowMetrics metrics({FlowField::Bytes}, api_, fixture_.log);
  for (int batch = 0; batch < 4; ++batch) {
    fixture_.respond(kFetchPath, [&](const HttpRequest& request) {
      if (batch % 2 == 0) return failure(HttpOutcome::TimedOut);
      return answer_metrics(MetricRequest(request.body),
                            [](const std::string&, std::int64_t) { return 1; });
    });
    add(metrics, {"a"});
    EXPECT_EQ(counters_of(0), batch % 2 == 0 ? "" : "bytes=2 ");
  }
  EXPECT_EQ(metrics.without(), 2U);
  EXPECT_THAT(fixture_.log_lines, SizeIs(1));
}

TEST_F(FlowMetricsTest, CountsFlowsThatThePlatformFailsOn) {
  fixture_.respond(kFetchPath, [](const HttpRequest& request) {
    const MetricRequest asked(request.body);
    if (std::ranges::find(asked.ids, "bad") != asked.ids.end()) return api_error(400);
    return answer_metrics(asked, [](const std::string&, std::int64_t) { return 1; });
  });
  FlowMetrics metrics({FlowField::Bytes, FlowField::Packets}, api_, fixture_.log);
  add(metrics, {"a", "bad", "c"});
  EXPECT_EQ(counters_of(0), "bytes=2 packets=2 ");
  EXPECT_EQ(counters_of(1), "");
  EXPECT_EQ(metrics.without(), 1U);
  EXPECT_THAT(fixture_.log_lines, SizeIs(1));
}

TEST_F(FlowMetricsTest, GivesUpIfThePlatformFailsOnAllOfFewFlows) {
  fixture_.respond(kFetchPath, [](const HttpRequest&) { return api_error(500); });
  FlowMetrics metrics({FlowField::Bytes}, api_, fixture_.log);
  for (int batch = 0; batch < FailureBudget::kMaxVainBatches; ++batch) add(metrics, {"a", "b"});
  const std::size_t before = calls();
  for (int batch = 0; batch < 10; ++batch) add(metrics, {"a", "b"});
  EXPECT_EQ(calls(), before);
  EXPECT_EQ(metrics.without(), 26U);
  EXPECT_THAT(fixture_.log_lines, SizeIs(1));
}

TEST_F(FlowMetricsTest, GoesOnIfThePlatformFailsOnAFewOfManyFlows) {
  fixture_.respond(kFetchPath, [](const HttpRequest& request) {
    const MetricRequest asked(request.body);
    if (std::ranges::find(asked.ids, "id-33") != asked.ids.end()) return api_error(400);
    return answer_metrics(asked, [](const std::string&, std::int64_t) { return 1; });
  });
  FlowMetrics metrics({FlowField::Bytes}, api_, fixture_.log);
  std::vector<std::string> ids;
  for (int i = 0; i < 200; ++i) ids.push_back("id-" + std::to_string(i));
  add(metrics, ids);
  const std::size_t first = calls();
  for (int batch = 0; batch < 40; ++batch) add(metrics, ids);
  EXPECT_LE(calls() - first, 40 * FailureBudget::kCoarseParts) << "not down to the flow each time";
  EXPECT_EQ(counters_of(0), "bytes=2 ");
  EXPECT_EQ(counters_of(33), "");
  EXPECT_THAT(fixture_.log_lines, SizeIs(1));
}

TEST_F(FlowMetricsTest, EndsWithTheRun) {
  for (const char* const path : {kSchemaPath, kFetchPath}) {
    fixture_.respond(path, [this](const HttpRequest&) {
      fixture_.stop.request_stop();
      return answer(503, "");
    });
    FlowMetrics metrics({FlowField::Bytes}, api_, fixture_.log);
    EXPECT_THROW(add(metrics, {"a"}), Error) << path;
  }
}

TEST_F(FlowMetricsTest, WarnsOnceOfAnIntervalThatIsLongerThanTheUnit) {
  fixture_.script(kSchemaPath, {schema_of({kTotal, kPackets}, "7200")});
  FlowMetrics metrics({FlowField::Bytes, FlowField::Packets}, api_, fixture_.log);
  add(metrics, {"a"});
  EXPECT_EQ(counters_of(0), "bytes=1 packets=21 ");
  add(metrics, {"a"}, {kHour.end, kHour.end + hours(1)});
  EXPECT_EQ(counters_of(0), "") << "no interval is stamped in this unit";
  EXPECT_THAT(fixture_.log_lines, ElementsAre(HasSubstr("intervals of 2h")));
}

/// With requests in the background, once the first batch has shown what the platform has.
class CountersAhead : public FlowMetricsTest {
 protected:
  CountersAhead() {
    fixture_.http.begin_requests();
    add(metrics_, {"a", "b"});
    batch_ = batch_of({"c", "silent", "d*"});
  }

  [[nodiscard]] bool begin() { return metrics_.begin(batch_->flows, kHour, questions_); }
  void begin_all() {
    while (!begin()) ASSERT_TRUE(api_.await_any());
  }
  void add_to_batch() { metrics_.add(batch_->flows, *batch_, std::move(questions_)); }

  ApiClient api_ = fixture_.make_api(fixture_.login, 4);
  FlowMetrics metrics_{all_counters(), api_, fixture_.log};
  FlowMetrics::Questions questions_;
};

TEST_F(CountersAhead, AreAskedForSideBySideAndOnce) {
  begin_all();
  EXPECT_GE(fixture_.http.most_in_flight(), 2U);
  EXPECT_EQ(calls(), 10U) << "five of each batch";
  add_to_batch();
  EXPECT_EQ(calls(), 10U) << "the answers are used";
  EXPECT_EQ(counters_of(0), "bytes=2 src_bytes=2 dst_bytes=2 packets=42 sessions=2 ");
  EXPECT_EQ(counters_of(1), "");
  EXPECT_EQ(metrics_.without(), 0U);
}

TEST_F(CountersAhead, AreBrokenOffIfNobodyWantsThem) {
  EXPECT_FALSE(begin()) << "as many as the platform bears";
  EXPECT_GT(fixture_.http.in_flight(), 0U);
  questions_.reset();
  EXPECT_EQ(fixture_.http.in_flight(), 0U);
}

TEST_F(CountersAhead, AreNotAskedForWhileThePlatformFails) {
  fixture_.respond(kFetchPath, [](const HttpRequest&) { return api_error(500); });
  begin_all();
  add_to_batch();
  EXPECT_EQ(metrics_.without(), 2U);
  EXPECT_THAT(fixture_.log_lines, ElementsAre(HasSubstr("flows are sent without")));
  const std::size_t before = calls();
  EXPECT_TRUE(begin());
  EXPECT_EQ(calls(), before);
}

TEST_F(CountersAhead, ComeToTheSameIfFewerMayBeAskedForAtOnceThanWereBegun) {
  std::vector<std::string> ids;
  for (int i = 0; i < 100; ++i) ids.push_back("flow-" + std::to_string(i));
  batch_ = batch_of(ids);
  begin_all();
  fixture_.respond(kFetchPath, [](const HttpRequest& request) {
    MetricRequest asked(request.body);
    asked.ids.resize(std::min<std::size_t>(asked.ids.size(), 30));
    return answer_metrics(asked, [](const auto&, auto) { return 3; });
  });
  add_to_batch();
  for (std::size_t i = 0; i < batch_->flows.size(); ++i)
    ASSERT_EQ(counters_of(i), "bytes=6 src_bytes=6 dst_bytes=6 packets=6 sessions=6 ") << i;
  EXPECT_EQ(metrics_.without(), 0U);
}

}  // namespace
}  // namespace vrni2syslog
