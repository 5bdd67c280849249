#include "vrni/search/unit_reader.h"

#include "unit/vrni/api_fixture.h"
#include "unit/vrni/metric_platform.h"
#include "vrni/platform_flows.h"
#include "vrni/search/flow_search.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <deque>
#include <functional>
#include <sstream>
#include <string>
#include <utility>
#include <vector>

namespace vrni2syslog {
namespace {

using testing::AllOf;
using testing::ElementsAre;
using testing::HasSubstr;
using testing::Not;
using testing::SizeIs;

const TimeWindow kUnit{UnixSeconds(std::chrono::seconds(3600)),
                       UnixSeconds(std::chrono::seconds(7200))};

[[nodiscard]] HttpResponse page_of(const std::vector<std::string>& ids, const std::string& rest) {
  std::string results;
  for (const std::string& id : ids) {
    results += (results.empty() ? "" : ",") +
               (R"({"entity_id":")" + id + R"(","entity_type":"Flow","time":5})");
  }
  return answer(200, R"({"results":[)" + results + "]" + rest + "}");
}

/// Answers a fetch with every id that it asks for.
[[nodiscard]] HttpResponse fetched(const HttpRequest& request) {
  std::string results;
  for (const std::string& id : ids_in(request)) {
    results += (results.empty() ? "" : ",") +
               (R"({"entity_id":")" + id + R"(","entity":{"protocol":"TCP"}})");
  }
  return answer(200, R"({"results":[)" + results + "]}");
}

class UnitReaderTest : public testing::Test {
 protected:
  UnitReaderTest() { fixture_.respond("/entities/fetch", fetched); }

  /// The ids of all flows, batch by batch.
  [[nodiscard]] std::vector<std::vector<std::string>> read_all() {
    std::vector<std::vector<std::string>> batches;
    while (const std::unique_ptr<FlowBatch> batch = reader_.next()) {
      EXPECT_EQ(batch->unit, kUnit);
      std::vector<std::string>& ids = batches.emplace_back();
      for (const Flow& flow : batch->flows) ids.emplace_back(flow.id);
    }
    return batches;
  }
  [[nodiscard]] Error error_of_reading() {
    try {
      (void)read_all();
    } catch (const Error& error) {
      return error;
    }
    return Error(Fault::Bug, "no error");
  }

  ApiFixture fixture_;
  ApiClient api_ = fixture_.make_api();
  FlowFetcher fetcher_{api_, fixture_.log};
  SearchExperience experience_;
  UnitReader reader_{api_, fetcher_, experience_, fixture_.log, "protocol = 'TCP'", kUnit};
};

TEST_F(UnitReaderTest, ReadsPageAfterPage) {
  fixture_.script("/search", {page_of({"a", "b"}, R"(,"cursor":"Mg==","total_count":3)"),
                              page_of({"c"}, R"(,"total_count":3)")});
  EXPECT_THAT(read_all(), ElementsAre(ElementsAre("a", "b"), ElementsAre("c")));
  EXPECT_EQ(reader_.statistics().announced, 3U);
  EXPECT_EQ(reader_.next(), nullptr);
}

TEST_F(UnitReaderTest, ReadsNoUnitThatIsNotOverAtThePlatform) {
  HttpResponse page = page_of({"a"}, R"(,"total_count":1)");
  page.date = kUnit.end - std::chrono::minutes(30);
  fixture_.script("/search", {page});
  const Error error = error_of_reading();
  EXPECT_EQ(error.fault(), Fault::Configuration);
  EXPECT_THAT(error.what(), HasSubstr("it is 1970-01-01T01:30:00Z at the platform"));
  EXPECT_TRUE(fixture_.http.requests_to("/entities/fetch").empty());
}

TEST_F(UnitReaderTest, HandsOnEachFlowOnce) {
  fixture_.script("/search", {page_of({"a", "b", "a"}, R"(,"cursor":"1","total_count":3)"),
                              page_of({"b", "a"}, R"(,"cursor":"2","total_count":3)"),
                              page_of({"b", "c"}, R"(,"cursor":null,"total_count":3)")});
  EXPECT_THAT(read_all(), ElementsAre(ElementsAre("a", "b"), ElementsAre("c")));
  EXPECT_THAT(fixture_.http.requests_to("/entities/fetch"), SizeIs(2));
}

/// Two results: versions of the flow "a" at the times 5 and 9.
constexpr const char* kTwoVersions =
    R"({"results":[{"entity_id":"a","entity_type":"Flow","time":5},)"
    R"({"entity_id":"a","entity_type":"Flow","time":9}],"total_count":2})";

/// Answers a fetch of one version with the action that was in force then.
[[nodiscard]] HttpResponse fetched_version(const HttpRequest& request, const char* action_at_5) {
  const bool is_older = request.body.find(R"("time":5)") != std::string::npos;
  return answer(200, std::string(R"({"results":[{"entity_id":"a","time":)") +
                         (is_older ? "5" : "9") + R"(,"entity":{"firewall_action":")" +
                         (is_older ? action_at_5 : "DENY") + R"("}}]})");
}

TEST_F(UnitReaderTest, HandsOnEveryVersionOfAFlowWhoseDecisionHasChanged) {
  fixture_.script("/search", {answer(200, kTwoVersions)});
  fixture_.respond("/entities/fetch",
                   [](const HttpRequest& request) { return fetched_version(request, "ALLOW"); });
  EXPECT_THAT(read_all(), ElementsAre(ElementsAre("a"), ElementsAre("a")));
  EXPECT_EQ(reader_.statistics().searches, 1U) << "both versions count as listed";
}

TEST_F(UnitReaderTest, HandsOnTheLatestOfVersionsWithTheSameDecision) {
  fixture_.script("/search", {answer(200, kTwoVersions)});
  fixture_.respond("/entities/fetch",
                   [](const HttpRequest& request) { return fetched_version(request, "DENY"); });
  std::vector<std::int64_t> times;
  while (const std::unique_ptr<FlowBatch> batch = reader_.next()) {
    for (const Flow& flow : batch->flows)
      times.push_back(flow.version_time.time_since_epoch().count());
  }
  EXPECT_THAT(times, ElementsAre(9));
}

/// Fetches of a version of which the platform has, or gives, only the present one: 9, DENY.
struct LostVersion {
  HttpResponse of_older;
  bool is_failure;
};

TEST_F(UnitReaderTest, HandsOnTheIdentityOfAVersionThatCannotBeHad) {
  const LostVersion kLost[] = {
      {.of_older = api_error(500), .is_failure = true},
      {.of_older = api_error(400), .is_failure = true},
      {.of_older = answer(200, R"({"results":[]})"), .is_failure = false},
      {.of_older = answer(200, R"({"results":[{"entity_id":"a","entity":null}]})"),
       .is_failure = false},
  };
  for (const LostVersion& lost : kLost) {
    fixture_.log_lines.clear();
    fixture_.script("/search", {answer(200, kTwoVersions)});
    fixture_.respond("/entities/fetch", [&](const HttpRequest& request) {
      const bool is_older = request.body.find(R"("time":5)") != std::string::npos;
      return is_older ? lost.of_older : fetched_version(request, "ALLOW");
    });
    FlowFetcher fetcher(api_, fixture_.log);
    UnitReader reader(api_, fetcher, experience_, fixture_.log, "", kUnit);
    std::vector<std::pair<std::int64_t, bool>> flows;
    while (const std::unique_ptr<FlowBatch> batch = reader.next()) {
      for (const Flow& flow : batch->flows) {
        EXPECT_EQ(flow.id, "a");
        EXPECT_EQ(flow.text(FlowField::Action), flow.is_partial ? "" : "DENY");
        flows.emplace_back(flow.listed_time.time_since_epoch().count(), flow.is_partial);
      }
    }
    EXPECT_THAT(flows, ElementsAre(std::pair(9, false), std::pair(5, true)));
    EXPECT_EQ(reader.shortfall().has_value(), lost.is_failure) << lost.of_older.body;
    EXPECT_THAT(fixture_.log_lines, SizeIs(lost.is_failure ? 1 : 0)) << lost.of_older.body;
  }
}

TEST_F(UnitReaderTest, APresentVersionDoesNotStandForAListedOne) {
  fixture_.script("/search", {answer(200, kTwoVersions)});
  // The later version is gone, and the present one has the decision of the earlier one.
  fixture_.respond("/entities/fetch", [](const HttpRequest& request) {
    if (request.body.find("\"time\"") == std::string::npos)
      return answer(200, R"({"results":[{"entity_id":"a","time":11,)"
                         R"("entity":{"firewall_action":"DENY"}}]})");
    const bool is_later = request.body.find(R"("time":9)") != std::string::npos;
    return is_later ? answer(200, R"({"results":[]})") : fetched_version(request, "DENY");
  });
  EXPECT_THAT(read_all(), ElementsAre(ElementsAre("a"), ElementsAre("a")));
}

TEST_F(UnitReaderTest, FallsShortIfThePlatformFailsOnTheOnlyVersionOfAFlow) {
  fixture_.script("/search", {page_of({"a"}, R"(,"total_count":1)")});
  fixture_.respond("/entities/fetch", [](const HttpRequest& request) {
    const bool is_listed = request.body.find(R"("time":5)") != std::string::npos;
    return is_listed ? api_error(500) : fetched_version(request, "ALLOW");
  });
  EXPECT_THAT(read_all(), ElementsAre(ElementsAre("a")));
  ASSERT_TRUE(reader_.shortfall());
  EXPECT_THAT(reader_.shortfall()->what(), HasSubstr("failed on 1 of 1 flows"));
}

TEST_F(UnitReaderTest, HandsOnTheVersionThatTheUnitEndedWithIfDecisionsAreTheSame) {
  // The unit is from 3600 to 7200.
  struct Case {
    const char* times;
    std::int64_t expected;
  };
  for (const Case& c : {Case{"3600 7199 7200", 7199}, Case{"7200 5 3599", 3599},
                        Case{"9000 7200 8000", 7200}, Case{"4000 3000 9000", 4000}}) {
    ApiFixture fixture;
    ApiClient api = fixture.make_api();
    FlowFetcher fetcher(api, fixture.log);
    SearchExperience experience;
    UnitReader reader(api, fetcher, experience, fixture.log, "", kUnit);
    std::string results;
    std::istringstream times(c.times);
    for (std::string time; times >> time;) {
      results += results.empty() ? "" : ",";
      results += R"({"entity_id":"a","entity_type":"Flow","time":)" + time + "}";
    }
    fixture.script("/search", {answer(200, R"({"results":[)" + results + R"(],"total_count":3})")});
    fixture.respond("/entities/fetch", fetched);
    std::vector<std::int64_t> handed_on;
    while (const std::unique_ptr<FlowBatch> batch = reader.next()) {
      for (const Flow& flow : batch->flows)
        handed_on.push_back(flow.version_time.time_since_epoch().count());
    }
    EXPECT_THAT(handed_on, ElementsAre(c.expected)) << c.times;
  }
}

TEST_F(UnitReaderTest, MarksFlowsOfWhichItHasGivenOtherVersions) {
  fixture_.script(
      "/search",
      {answer(200, R"({"results":[{"entity_id":"a","time":5},{"entity_id":"a","time":9},)"
                   R"({"entity_id":"b","time":5}],"cursor":"1","total_count":5})"),
       answer(200, R"({"results":[{"entity_id":"b","time":9},{"entity_id":"c","time":5}],)"
                   R"("total_count":5})")});
  std::vector<std::pair<std::string, bool>> flows;
  while (const std::unique_ptr<FlowBatch> batch = reader_.next()) {
    for (const Flow& flow : batch->flows) flows.emplace_back(flow.id, flow.has_other_versions);
  }
  EXPECT_THAT(flows, ElementsAre(std::pair("a", true), std::pair("b", false), std::pair("b", true),
                                 std::pair("c", false)));
}

TEST_F(UnitReaderTest, HandsOnAVersionThatAnotherPageLists) {
  fixture_.script(
      "/search",
      {answer(200, R"({"results":[{"entity_id":"a","time":5}],"cursor":"1","total_count":2})"),
       answer(200, R"({"results":[{"entity_id":"a","time":9}],"total_count":2})")});
  EXPECT_THAT(read_all(), ElementsAre(ElementsAre("a"), ElementsAre("a")));
  EXPECT_EQ(reader_.statistics().searches, 1U);
}

TEST_F(UnitReaderTest, HandsOnOnceAVersionThatComesForAnotherBeforeItIsListed) {
  // The flow changes between the pages, and the platform keeps only its present version.
  fixture_.script(
      "/search",
      {answer(200, R"({"results":[{"entity_id":"a","time":5}],"cursor":"1","total_count":2})"),
       answer(200, R"({"results":[{"entity_id":"a","time":9},{"entity_id":"b","time":5}],)"
                   R"("total_count":2})")});
  fixture_.respond("/entities/fetch", [](const HttpRequest& request) {
    const auto asks_for = [&](const char* what) {
      return request.body.find(what) != std::string::npos;
    };
    if (asks_for(R"("a","entity_type":"Flow","time":5)")) return answer(200, R"({"results":[]})");
    const std::string changed = R"({"entity_id":"a","time":9,"entity":{}})";
    return answer(200,
                  R"({"results":[)" + changed +
                      (asks_for(R"("b")") ? R"(,{"entity_id":"b","time":5,"entity":{}}]})" : "]}"));
  });
  EXPECT_THAT(read_all(), ElementsAre(ElementsAre("a"), ElementsAre("b")));
}

TEST_F(UnitReaderTest, ReadsAnEmptyUnit) {
  fixture_.script("/search", {page_of({}, R"(,"total_count":0)")});
  EXPECT_THAT(read_all(), SizeIs(0));
  EXPECT_THAT(fixture_.http.requests_to("/search"), SizeIs(2)) << "asked twice";
  EXPECT_TRUE(fixture_.http.requests_to("/entities/fetch").empty());
  EXPECT_TRUE(fixture_.log_lines.empty());
  EXPECT_THAT(fixture_.clock.sleeps(), ElementsAre(UnitReader::kPauseOfEmptyUnit));
}

TEST_F(UnitReaderTest, PausesOnceForManyEmptyUnits) {
  fixture_.script("/search", {page_of({}, R"(,"total_count":0)")});
  for (int unit = 0; unit < 24; ++unit) {
    UnitReader reader(api_, fetcher_, experience_, fixture_.log, "", kUnit);
    EXPECT_EQ(reader.next(), nullptr);
  }
  EXPECT_THAT(fixture_.clock.sleeps(), SizeIs(1));
  EXPECT_THAT(fixture_.http.requests_to("/search"), SizeIs(48));
}

TEST_F(UnitReaderTest, BelievesAPlatformThatHasListedFlowsUntilItFails) {
  fixture_.script("/search",
                  {page_of({"a"}, R"(,"total_count":1)"), page_of({}, R"(,"total_count":0)")});
  (void)read_all();
  UnitReader empty(api_, fetcher_, experience_, fixture_.log, "", kUnit);
  EXPECT_EQ(empty.next(), nullptr);
  EXPECT_THAT(fixture_.clock.sleeps(), SizeIs(0));
  fixture_.script("/search", {answer(503, ""), page_of({}, R"(,"total_count":0)")});
  UnitReader later(api_, fetcher_, experience_, fixture_.log, "", kUnit);
  EXPECT_EQ(later.next(), nullptr);
  ASSERT_THAT(fixture_.clock.sleeps(), SizeIs(2));
  EXPECT_EQ(fixture_.clock.sleeps().back(), UnitReader::kPauseOfEmptyUnit);
}

TEST_F(UnitReaderTest, PausesForHalfOfTheTimeThatIsLeftAtMost) {
  fixture_.deadline = fixture_.clock.steady_now() + std::chrono::seconds(8);
  ApiClient api = fixture_.make_api();
  fixture_.script("/search", {page_of({}, R"(,"total_count":0)")});
  UnitReader reader(api, fetcher_, experience_, fixture_.log, "", kUnit);
  EXPECT_EQ(reader.next(), nullptr);
  EXPECT_THAT(fixture_.clock.sleeps(), ElementsAre(std::chrono::seconds(4)));
}

TEST_F(UnitReaderTest, ReadsWhatAPlatformHasOnceItHasStarted) {
  fixture_.script("/search",
                  {page_of({}, R"(,"total_count":0)"), page_of({"a", "b"}, R"(,"total_count":2)")});
  EXPECT_THAT(read_all(), ElementsAre(ElementsAre("a", "b")));
}

TEST_F(UnitReaderTest, RefusesAWindowOfWhichThePlatformHasSearchedAPart) {
  // kUnit is 3600 to 7200; searches begin a second before.
  for (const char* const part :
       {R"("start_time":3603,"end_time":7200)", R"("start_time":3599,"end_time":7197)",
        R"("start_time":1700000000,"end_time":1700000000)", R"("start_time":3,"end_time":7)",
        R"("start_time":1700000000)", R"("end_time":7000)",
        R"("start_time":"1970-01-01T01:30:00Z","end_time":7200)"}) {
    fixture_.script("/search", {page_of({"a"}, R"(,"total_count":1,)" + std::string(part))});
    UnitReader reader(api_, fetcher_, experience_, fixture_.log, "", kUnit);
    try {
      (void)reader.next();
      ADD_FAILURE() << part;
    } catch (const Error& error) {
      EXPECT_EQ(error.fault(), Fault::Data);
      EXPECT_THAT(error.what(), AllOf(HasSubstr("1970-01-01T01:00:00Z to 1970-01-01T02:00:00Z"),
                                      HasSubstr("searched only from")));
    }
    EXPECT_THROW((void)count_flows(api_, "", kUnit), Error) << part;
  }
}

TEST_F(UnitReaderTest, TakesAnyEchoThatCoversTheWindow) {
  for (const char* const echo :
       {R"("start_time":3599,"end_time":7200)", R"("start_time":3602,"end_time":7198)",
        R"("start_time":0,"end_time":86400)", R"("start_time":null,"end_time":null)",
        R"("start_time":0,"end_time":0)", R"("start_time":"x","end_time":{})",
        R"("start_time":3.599E3,"end_time":7200.0)"}) {
    fixture_.script("/search", {page_of({"a"}, R"(,"total_count":1,)" + std::string(echo))});
    UnitReader reader(api_, fetcher_, experience_, fixture_.log, "", kUnit);
    EXPECT_NE(reader.next(), nullptr) << echo;
  }
}

/// How many results a search asks for.
[[nodiscard]] std::size_t size_asked_for(const HttpRequest& search) {
  constexpr std::string_view kKey = R"("size":)";
  return std::stoul(search.body.substr(search.body.find(kKey) + kKey.size()));
}

TEST_F(UnitReaderTest, AsksForSmallerPagesIfThePlatformRefusesLongOnes) {
  struct Case {
    std::size_t most;                ///< what the platform takes
    std::vector<std::size_t> sizes;  ///< that are asked for in two units
  };
  for (const Case& c :
       {Case{10'000, {10'000, 10'000}}, Case{9'999, {10'000, 1'000, 1'000}},
        Case{1'000, {10'000, 1'000, 1'000}}, Case{999, {10'000, 1'000, 100, 100}}}) {
    std::vector<std::size_t> sizes;
    fixture_.respond("/search", [&](const HttpRequest& request) {
      EXPECT_THAT(request.body, HasSubstr(R"("start_time":3599,"end_time":7200)"));
      sizes.push_back(size_asked_for(request));
      return sizes.back() <= c.most ? page_of({"a"}, R"(,"total_count":1)") : api_error(400);
    });
    SearchExperience experience;
    for (int unit = 0; unit < 2; ++unit) {
      UnitReader reader(api_, fetcher_, experience, fixture_.log, "", kUnit);
      EXPECT_NE(reader.next(), nullptr);
    }
    EXPECT_EQ(sizes, c.sizes) << "it is remembered what the platform takes, here " << c.most;
  }
}

TEST_F(UnitReaderTest, AsksForUsualPagesIfThePlatformFailsOnLongOnes) {
  fixture_.respond("/search", [](const HttpRequest& request) {
    return size_asked_for(request) <= 1'000 ? page_of({"a"}, R"(,"total_count":1)")
                                            : api_error(500);
  });
  EXPECT_THAT(read_all(), ElementsAre(ElementsAre("a")));
  EXPECT_EQ(experience_.page_size, 1'000U);
}

/// A page that does not come in time, here or at a proxy, whose page is HTML.
[[nodiscard]] std::vector<HttpResponse> slow_answers() {
  HttpResponse timed_out;
  timed_out.outcome = HttpOutcome::TimedOut;
  timed_out.error = "no answer in time";
  return {timed_out, answer(504, "<html>504 Gateway Time-out</html>"), api_error(504)};
}

TEST_F(UnitReaderTest, AsksForUsualPagesIfLongOnesTakeTooLong) {
  for (const HttpResponse& slow : slow_answers()) {
    std::vector<std::size_t> sizes;
    fixture_.respond("/search", [&](const HttpRequest& request) {
      sizes.push_back(size_asked_for(request));
      return sizes.back() <= 1'000 ? page_of({"a"}, R"(,"total_count":1)") : slow;
    });
    SearchExperience experience;
    for (int unit = 0; unit < 2; ++unit) {
      UnitReader reader(api_, fetcher_, experience, fixture_.log, "", kUnit);
      EXPECT_NE(reader.next(), nullptr);
    }
    EXPECT_THAT(sizes, ElementsAre(10'000, 10'000, 1'000, 1'000)) << slow.status;
  }
}

TEST_F(UnitReaderTest, AsksForUsualPagesIfALaterPageTakesTooLong) {
  for (const HttpResponse& slow : slow_answers()) {
    std::vector<std::size_t> sizes;
    fixture_.respond("/search", [&](const HttpRequest& request) {
      sizes.push_back(size_asked_for(request));
      if (request.body.find("cursor") != std::string::npos) return slow;
      if (sizes.back() > 1'000) return page_of({"a", "b"}, R"(,"cursor":"2","total_count":4)");
      const bool is_first_half = request.body.find(R"("start_time":3599)") != std::string::npos;
      return is_first_half ? page_of({"a", "c"}, R"(,"total_count":2)")
                           : page_of({"b", "d"}, R"(,"total_count":2)");
    });
    SearchExperience experience;
    UnitReader reader(api_, fetcher_, experience, fixture_.log, "", kUnit);
    std::string ids;
    while (const std::unique_ptr<FlowBatch> batch = reader.next()) {
      for (const Flow& flow : batch->flows) ids += flow.id;
    }
    EXPECT_EQ(ids, "abcd") << slow.status;
    EXPECT_THAT(sizes, ElementsAre(10'000, 10'000, 10'000, 1'000, 1'000)) << slow.status;
  }
}

TEST_F(UnitReaderTest, WaitsForUsualPagesAsLongAsForAnyAnswer) {
  experience_.page_size = 1'000;
  for (const HttpResponse& slow : slow_answers()) {
    std::deque<HttpResponse> answers(20, slow);
    answers.push_back(page_of({"a"}, R"(,"total_count":1)"));
    fixture_.script("/search", std::move(answers));
    UnitReader reader(api_, fetcher_, experience_, fixture_.log, "", kUnit);
    EXPECT_NE(reader.next(), nullptr) << slow.status;
  }
}

TEST_F(UnitReaderTest, ForgetsNotWhatThePlatformTakesBecauseOfAnotherRefusal) {
  experience_.page_size = 1'000;
  fixture_.script("/search", {api_error(400)});
  EXPECT_EQ(error_of_reading().fault(), Fault::Usage);
  EXPECT_THAT(fixture_.http.requests_to("/search"), SizeIs(2)) << "of 1,000 and of 100";
  EXPECT_EQ(experience_.page_size, 1'000U);
}

TEST_F(UnitReaderTest, FetchesALongPageInCallsOfAThousand) {
  std::vector<std::string> ids;
  for (int i = 0; i < 2'500; ++i) ids.push_back(std::to_string(i));
  fixture_.script("/search", {page_of(ids, R"(,"total_count":2500)")});
  EXPECT_THAT(read_all(), ElementsAre(SizeIs(1'000), SizeIs(1'000), SizeIs(500)));
  EXPECT_THAT(fixture_.http.requests_to("/search"), SizeIs(1));
}

TEST_F(UnitReaderTest, ReadsAUnitWhoseNumberOfFlowsIsTooSmall) {
  std::vector<std::string> ids;
  for (int i = 0; i < 25; ++i) ids.push_back(std::to_string(i));
  fixture_.script("/search", {page_of(ids, R"(,"total_count":10)")});
  EXPECT_THAT(read_all(), ElementsAre(SizeIs(25)));
  EXPECT_THAT(fixture_.http.requests_to("/search"), SizeIs(2));
  EXPECT_EQ(reader_.statistics().announced, std::nullopt);
  EXPECT_THAT(fixture_.log_lines, ElementsAre(HasSubstr("said fewer than it listed")));
}

TEST_F(UnitReaderTest, RefusesAUnitWithMoreFlowsThanFitInMemory) {
  experience_.most_flows_of_unit = 3;
  fixture_.script("/search", {page_of({"a", "b", "c", "d"}, R"(,"total_count":4)")});
  const Error error = error_of_reading();
  EXPECT_EQ(error.fault(), Fault::Data);
  EXPECT_THAT(error.what(), AllOf(HasSubstr("more than 3 flows"), HasSubstr("--resolution")));
}

TEST_F(UnitReaderTest, SaysOnceThatTimesCannotBeRead) {
  const std::string page =
      R"({"results":[{"entity_id":"a","time":"yesterday"},{"entity_id":"b","time":{}}],"total_count":2})";
  for (int unit = 0; unit < 3; ++unit) {
    fixture_.script("/search", {answer(200, page)});
    UnitReader reader(api_, fetcher_, experience_, fixture_.log, "", kUnit);
    EXPECT_NE(reader.next(), nullptr);
  }
  EXPECT_THAT(fixture_.log_lines, ElementsAre(HasSubstr("1 results of a search have a time")));
}

TEST_F(UnitReaderTest, ReportsMissingFlowsAfterThoseThatAreThere) {
  fixture_.script("/search", {page_of({"a", "b"}, R"(,"total_count":5)")});
  EXPECT_NE(reader_.next(), nullptr);
  const Error error = error_of_reading();
  EXPECT_EQ(error.fault(), Fault::Data);
  EXPECT_THAT(error.what(),
              AllOf(HasSubstr("--since 1970-01-01T01:00:00Z --until 1970-01-01T02:00:00Z"),
                    HasSubstr("announced 5"), HasSubstr("listed 2")));
}

TEST_F(UnitReaderTest, FallsShortIfThePlatformFailsOnAFlow) {
  fixture_.script("/search", {page_of({"a", "bad", "c"}, R"(,"total_count":3)")});
  fixture_.respond("/entities/fetch", [](const HttpRequest& request) {
    return request.body.find("bad") == std::string::npos ? fetched(request) : api_error(500);
  });
  EXPECT_FALSE(reader_.shortfall());
  EXPECT_EQ(read_all(), (std::vector<std::vector<std::string>>{{"a", "bad", "c"}}));
  ASSERT_TRUE(reader_.shortfall());
  EXPECT_EQ(reader_.shortfall()->fault(), Fault::Data);
  EXPECT_THAT(reader_.shortfall()->what(), HasSubstr("failed on 1 of 3 flows"));
}

TEST_F(UnitReaderTest, DoesNotFallShortBecauseAFlowIsGone) {
  fixture_.script("/search", {page_of({"a", "gone"}, R"(,"total_count":2)")});
  fixture_.respond("/entities/fetch", [](const HttpRequest&) {
    return answer(200, R"({"results":[{"entity_id":"a","entity":{"protocol":"TCP"}}]})");
  });
  (void)read_all();
  EXPECT_FALSE(reader_.shortfall());
}

TEST_F(UnitReaderTest, ReportsFlowsWithoutAnId) {
  for (const char* const total : {R"(,"total_count":2)", ""}) {
    fixture_.script("/search", {answer(200, std::string(R"({"results":[{"entity_id":"a"},)"
                                                        R"({"entity_id":null}])") +
                                                total + "}")});
    UnitReader reader(api_, fetcher_, experience_, fixture_.log, "", kUnit);
    EXPECT_NE(reader.next(), nullptr);
    EXPECT_THROW((void)reader.next(), Error);
  }
}

TEST_F(UnitReaderTest, ReadsAgainWhatHasShiftedBetweenPages) {
  fixture_.script("/search", {page_of({"a", "b"}, R"(,"cursor":"x","total_count":4)"),
                              page_of({"d"}, R"(,"total_count":4)"),
                              page_of({"a", "b"}, R"(,"cursor":"x","total_count":4)"),
                              page_of({"c", "d"}, R"(,"total_count":4)")});
  EXPECT_THAT(read_all(), ElementsAre(ElementsAre("a", "b"), ElementsAre("d"), ElementsAre("c")));
  EXPECT_EQ(reader_.statistics().rereads, 1U);
}

TEST_F(UnitReaderTest, HalvesAWindowWhoseLaterPagesFail) {
  fixture_.script("/search", {page_of({"a", "b"}, R"(,"cursor":"x","total_count":3)"),
                              api_error(400), page_of({"a", "c"}, R"(,"total_count":2)"),
                              page_of({"b"}, R"(,"total_count":1)")});
  EXPECT_THAT(read_all(), ElementsAre(ElementsAre("a", "b"), ElementsAre("c")));
  const auto searches = fixture_.http.requests_to("/search");
  ASSERT_THAT(searches, SizeIs(4));
  EXPECT_THAT(searches[2].body, HasSubstr(R"({"start_time":3599,"end_time":5400})"));
  EXPECT_THAT(searches[3].body, HasSubstr(R"({"start_time":5399,"end_time":7200})"));
}

TEST_F(UnitReaderTest, HalvesAtOnceWhatIsKnownToBeTooDeep) {
  experience_.depth.record_failed_depth(2);
  experience_.depth.record_failed_depth(2);
  fixture_.script("/search", {page_of({"a"}, R"(,"cursor":"x","total_count":3)"),
                              page_of({"a", "b"}, R"(,"total_count":2)"),
                              page_of({"c"}, R"(,"total_count":1)")});
  EXPECT_THAT(read_all(), ElementsAre(ElementsAre("a"), ElementsAre("b"), ElementsAre("c")));
  const auto searches = fixture_.http.requests_to("/search");
  ASSERT_THAT(searches, SizeIs(3));
  EXPECT_THAT(searches[1].body, HasSubstr(R"("end_time":5400)"));
}

TEST_F(UnitReaderTest, CountsAgainWhatItsHalvesDoNotAddUpTo) {
  fixture_.script(
      "/search",
      {page_of({"a", "b", "c", "d", "e", "f", "g", "h", "i"}, R"(,"cursor":"x","total_count":11)"),
       api_error(400), page_of({"a"}, R"(,"total_count":1)"), page_of({"j"}, R"(,"total_count":1)"),
       page_of({"a"}, R"(,"total_count":10)")});
  EXPECT_THAT(read_all(), SizeIs(2));
  const auto searches = fixture_.http.requests_to("/search");
  ASSERT_THAT(searches, SizeIs(5));
  EXPECT_EQ(searches[4].body, search_body("protocol = 'TCP'", kUnit, 1, ""));
  EXPECT_EQ(reader_.statistics().announced, 10U);
}

TEST_F(UnitReaderTest, CutsALargePageIntoBatches) {
  std::vector<std::string> ids;
  for (int i = 0; i < 2001; ++i) ids.push_back("id-" + std::to_string(i));
  fixture_.script("/search", {page_of(ids, R"(,"total_count":2001)")});
  const auto batches = read_all();
  EXPECT_THAT(batches, ElementsAre(SizeIs(1000), SizeIs(990), SizeIs(11)));
  EXPECT_EQ(batches.at(1).at(0), "id-1000");
}

TEST_F(UnitReaderTest, ReportsFlowsThatARepeatedCursorHides) {
  fixture_.script("/search", {page_of({"a", "b"}, R"(,"cursor":"x","total_count":5)")});
  EXPECT_EQ(error_of_reading().fault(), Fault::Data);
}

TEST_F(UnitReaderTest, TakesAnAnswerThatSaysNothingForNoAnswer) {
  fixture_.script("/search", {page_of({}, "")});
  const Error error = error_of_reading();
  EXPECT_EQ(error.fault(), Fault::Data);
  EXPECT_THAT(error.what(), HasSubstr("total_count"));
  fixture_.script("/search", {page_of({"a"}, R"(,"cursor":"x","total_count":1)"), page_of({}, "")});
  UnitReader reader(api_, fetcher_, experience_, fixture_.log, "", kUnit);
  EXPECT_NE(reader.next(), nullptr);
  EXPECT_EQ(reader.next(), nullptr) << "behind the last page it may say nothing";
}

TEST_F(UnitReaderTest, DoesNotFollowASearchThatListsManyMoreThanItAnnounces) {
  int page = 0;
  fixture_.respond("/search", [&page](const HttpRequest&) {
    std::vector<std::string> ids;
    for (int i = 0; i < 1000; ++i) ids.push_back(std::to_string(page) + "-" + std::to_string(i));
    return page_of(ids, R"(,"total_count":1,"cursor":")" + std::to_string(++page) + "\"");
  });
  const TimeWindow second{kUnit.start, kUnit.start + std::chrono::seconds(1)};
  UnitReader reader(api_, fetcher_, experience_, fixture_.log, "", second);
  EXPECT_THROW(
      {
        while (reader.next() != nullptr) {
        }
      },
      Error);
  EXPECT_EQ(page, 11) << "it would go on for ever";
}

TEST_F(UnitReaderTest, WarnsIfThePlatformDoesNotSayHowManyThereAre) {
  fixture_.script("/search", {page_of({"a"}, "")});
  EXPECT_THAT(read_all(), SizeIs(1));
  EXPECT_THAT(fixture_.log_lines, ElementsAre(HasSubstr("did not say how many")));
}

TEST_F(UnitReaderTest, BlamesTheFilterForABadRequest) {
  fixture_.script("/search", {answer(400, R"({"code":400,"message":"Invalid field"})")});
  const Error error = error_of_reading();
  EXPECT_EQ(error.fault(), Fault::Usage);
  EXPECT_THAT(error.what(), AllOf(HasSubstr("Invalid field"), HasSubstr("protocol = 'TCP'")));
}

TEST_F(UnitReaderTest, DoesNotBlameAFilterThatWasAccepted) {
  const HttpResponse refusal = answer(400, R"({"code":400,"message":"out of the period"})");
  fixture_.script("/search", {page_of({"a"}, R"(,"total_count":1)"), refusal});
  EXPECT_THAT(read_all(), SizeIs(1));
  const std::string filter = "protocol = 'TCP'";
  UnitReader next(api_, fetcher_, experience_, fixture_.log, filter, kUnit);
  for (const auto& ask : std::vector<std::function<void()>>{
           [&] { (void)next.next(); },
           [&] { (void)count_flows(api_, filter, kUnit, experience_.filter_trial); }}) {
    try {
      ask();
      ADD_FAILURE() << "no error";
    } catch (const Error& error) {
      EXPECT_EQ(error.fault(), Fault::Data);
      EXPECT_THAT(error.what(), AllOf(HasSubstr("out of the period"), Not(HasSubstr(filter))));
    }
  }
}

TEST_F(UnitReaderTest, DoesNotBlameAFilterThatTheUserHasNotGiven) {
  fixture_.script("/search",
                  {answer(400, R"({"code":400,"message":"not available for license"})")});
  UnitReader reader(api_, fetcher_, experience_, fixture_.log, std::string(kDefaultFilter), kUnit);
  try {
    (void)reader.next();
    ADD_FAILURE() << "no error";
  } catch (const Error& error) {
    EXPECT_EQ(error.fault(), Fault::Data);
    EXPECT_THAT(error.what(),
                AllOf(HasSubstr("not available for license"), HasSubstr("--filter ''")));
  }
}

TEST_F(UnitReaderTest, SaysWhenEvenASecondIsTooMuch) {
  fixture_.respond("/search", [](const HttpRequest& request) {
    return request.body.find("cursor") == std::string::npos
               ? page_of({"a", "b"}, R"(,"cursor":"x","total_count":50000)")
               : api_error(400);
  });
  const Error error = error_of_reading();
  EXPECT_EQ(error.fault(), Fault::Data);
  EXPECT_THAT(error.what(), AllOf(HasSubstr("1970-01-01T01:00:00Z to 1970-01-01T01:00:01Z"),
                                  HasSubstr("2 of 50000"), HasSubstr("400")));
}

TEST_F(UnitReaderTest, RefusesWhatIsNoAnswerToASearch) {
  for (const char* const body :
       {"<html><title>Log in</title>", "[]", "", "{}", R"({"results":[{"entity_id":"a")"}) {
    fixture_.script("/search", {answer(200, body)});
    UnitReader reader(api_, fetcher_, experience_, fixture_.log, "", kUnit);
    try {
      (void)reader.next();
      ADD_FAILURE() << body;
    } catch (const Error& error) {
      EXPECT_EQ(error.fault(), Fault::Data) << body;
      EXPECT_THAT(error.what(), HasSubstr("https://vrni.local/api/ni/search")) << body;
    }
  }
}

TEST_F(UnitReaderTest, CountsFlowsByASearchForOneRow) {
  fixture_.script("/search", {page_of({"a"}, R"(,"total_count":4711)")});
  EXPECT_EQ(count_flows(api_, "", kUnit), 4711U);
  EXPECT_EQ(fixture_.http.requests_to("/search").at(0).body, search_body("", kUnit, 1, ""));
  fixture_.script("/search", {page_of({"a"}, "")});
  EXPECT_THROW((void)count_flows(api_, "", kUnit), Error);
}

/// A platform that bears several calls at once, with pages of two flows.
class UnitReaderAhead : public testing::Test {
 protected:
  UnitReaderAhead() {
    fixture_.http.begin_requests();
    fixture_.respond("/entities/fetch", fetched);
    fixture_.respond("/search", [this](const HttpRequest& request) { return page(request); });
    api_.log_in();
  }

  [[nodiscard]] HttpResponse page(const HttpRequest& request) const {
    constexpr std::string_view kCursor = R"("cursor":")";
    const std::size_t at = request.body.find(kCursor);
    const int number =
        at == std::string::npos ? 0 : std::stoi(request.body.substr(at + kCursor.size()));
    const std::string cursor =
        number + 1 < pages_ ? R"(,"cursor":")" + std::to_string(number + 1) + '"' : "";
    return page_of({"a" + std::to_string(number), "b" + std::to_string(number)},
                   cursor + R"(,"total_count":)" + std::to_string(2 * pages_));
  }
  /// All ids, in the order in which they come.
  [[nodiscard]] std::vector<std::string> read_all() {
    std::vector<std::string> ids;
    while (const std::unique_ptr<FlowBatch> batch = reader_.next()) {
      for (const Flow& flow : batch->flows) ids.emplace_back(flow.id);
      most_ahead_ = std::max(most_ahead_,
                             fixture_.http.requests_to("/entities/fetch").size() * 2 - ids.size());
    }
    return ids;
  }

  int pages_ = 30;
  std::size_t most_ahead_ = 0;
  ApiFixture fixture_;
  ApiClient api_ = fixture_.make_api(fixture_.login, 4);
  FlowFetcher fetcher_{api_, fixture_.log};
  SearchExperience experience_;
  UnitReader reader_{api_, fetcher_, experience_, fixture_.log, "", kUnit};
};

TEST_F(UnitReaderAhead, HandsOnWhatThePlatformListsInItsOrder) {
  std::vector<std::string> expected;
  for (int i = 0; i < pages_; ++i) {
    expected.push_back("a" + std::to_string(i));
    expected.push_back("b" + std::to_string(i));
  }
  EXPECT_EQ(read_all(), expected);
  EXPECT_EQ(reader_.statistics().announced, 60U);
}

TEST_F(UnitReaderAhead, AsksForNothingTwice) {
  (void)read_all();
  EXPECT_THAT(fixture_.http.requests_to("/search"), SizeIs(pages_));
  EXPECT_THAT(fixture_.http.requests_to("/entities/fetch"), SizeIs(pages_));
  EXPECT_EQ(fixture_.http.in_flight(), 0U);
}

TEST_F(UnitReaderAhead, KeepsSeveralCallsUnderWayButNoMoreThanAllowed) {
  (void)read_all();
  EXPECT_GE(fixture_.http.most_in_flight(), 2U);
  EXPECT_LE(fixture_.http.most_in_flight(), 4U);
}

TEST_F(UnitReaderAhead, FetchesNotFarAheadOfWhoeverReadsSlowly) {
  (void)read_all();
  EXPECT_GT(most_ahead_, 0U);
  EXPECT_LE(most_ahead_, 2U * 5U);
}

TEST_F(UnitReaderAhead, SearchesOnWhileAPageIsFetched) {
  pages_ = 2;
  fixture_.respond("/search", [](const HttpRequest& request) {
    const bool is_first = request.body.find("cursor") == std::string::npos;
    std::vector<std::string> ids;
    for (int i = 0; i < 9'000; ++i) ids.push_back(std::to_string(is_first ? i : i + 9'000));
    return page_of(ids,
                   is_first ? R"(,"cursor":"1","total_count":18000)" : R"(,"total_count":18000)");
  });
  EXPECT_NE(reader_.next(), nullptr);
  EXPECT_THAT(fixture_.http.requests_to("/search"), SizeIs(2));
  EXPECT_THAT(fixture_.http.requests_to("/entities/fetch"), SizeIs(testing::Le(6U)))
      << "as many answers as fit in memory";
  EXPECT_THAT(read_all(), SizeIs(17'000));
}

/// Answers a fetch with flows between two VMs of which only the ids are known.
[[nodiscard]] HttpResponse fetched_without_names(const HttpRequest& request) {
  HttpResponse response = fetched(request);
  constexpr std::string_view kEntity = R"("entity":{)";
  for (std::size_t at = response.body.find(kEntity); at != std::string::npos;
       at = response.body.find(kEntity, at + 1)) {
    const std::string id = response.body.substr(at - 4, 2);
    response.body.insert(at + kEntity.size(), R"("source_vm":{"entity_id":"vm-)" + id + R"("},)" +
                                                  R"("destination_vm":{"entity_id":"shared"},)");
  }
  return response;
}

/// Flows from a VM of their own to one that they share.
class NamesAhead : public UnitReaderAhead {
 protected:
  NamesAhead() {
    pages_ = 8;
    fixture_.respond("/entities/fetch", fetched_without_names);
    fixture_.respond("/entities/names", names_);
  }

  /// The names of the VMs of all flows, as "source-destination".
  [[nodiscard]] std::vector<std::string> read_names() {
    std::vector<std::string> names;
    while (const std::unique_ptr<FlowBatch> batch = reader_.next()) {
      for (const Flow& flow : batch->flows) {
        names.push_back(std::string(flow.text(FlowField::SourceVm)) + "-" +
                        std::string(flow.text(FlowField::DestinationVm)));
      }
    }
    return names;
  }
  [[nodiscard]] std::vector<std::string> expected(const std::string& prefix) const {
    std::vector<std::string> names;
    for (int i = 0; i < pages_; ++i) {
      for (const char* const letter : {"a", "b"}) {
        names.push_back(prefix + "vm-" + letter + std::to_string(i) + "-" + prefix + "shared");
      }
    }
    return names;
  }
  /// How often the platform was asked about an entity.
  [[nodiscard]] std::size_t questions_about(const std::string& id) const {
    return static_cast<std::size_t>(std::ranges::count_if(
        fixture_.http.requests_to("/entities/names"),
        [&id](const auto& r) { return r.body.find('"' + id + '"') != std::string::npos; }));
  }

  FakeHttpClient::Responder names_ = [](const HttpRequest& request) {
    std::string entities;
    for (const std::string& id : ids_in(request)) {
      entities += (entities.empty() ? "" : ",") +
                  (R"({"entity_id":")" + id + R"(","name":"N-)" + id + R"("})");
    }
    return answer(200, R"({"entities":[)" + entities + "]}");
  };
};

TEST_F(NamesAhead, AreAskedForSideBySideAndEachOnce) {
  EXPECT_EQ(read_names(), expected("N-"));
  for (const char* const id : {"vm-a0", "vm-b0", "vm-a7", "shared"})
    EXPECT_EQ(questions_about(id), 1U) << id;
  EXPECT_GE(fixture_.http.most_in_flight(), 3U);
  EXPECT_LE(fixture_.http.most_in_flight(), 4U);
  EXPECT_EQ(fixture_.http.in_flight(), 0U);
}

TEST_F(NamesAhead, KeepFetchesUnderWay) {
  constexpr int kFlows = 9'999;
  fixture_.respond("/search", [](const HttpRequest&) {
    std::vector<std::string> ids;
    for (int i = 0; i < kFlows; ++i) ids.push_back(std::to_string(10'000 + i));
    return page_of(ids, R"(,"total_count":)" + std::to_string(kFlows));
  });
  std::vector<std::size_t> under_way;  // when the first names come
  fixture_.respond("/entities/names", [&](const HttpRequest& request) {
    under_way.push_back(fixture_.http.in_flight());
    return names_(request);
  });
  ASSERT_NE(reader_.next(), nullptr);
  EXPECT_THAT(under_way, testing::ElementsAre(3U));
  EXPECT_EQ(fixture_.http.in_flight(), 3U);
}

TEST_F(NamesAhead, ComeToTheSameIfThePlatformFailsOnThem) {
  fixture_.respond("/entities/names", [](const HttpRequest&) { return api_error(403); });
  EXPECT_EQ(read_names(), expected(""));
  EXPECT_THAT(fixture_.log_lines, ElementsAre(HasSubstr("names of entities")));
  EXPECT_LE(fixture_.http.requests_to("/entities/names").size(), 8U);
}

TEST_F(NamesAhead, ComeToTheSameAfterAnAnswerThatFailsOnce) {
  int answers = 0;
  fixture_.respond("/entities/names", [&](const HttpRequest& request) {
    return ++answers % 3 == 2 ? answer(503, "busy") : names_(request);
  });
  EXPECT_EQ(read_names(), expected("N-"));
}

TEST_F(NamesAhead, HandOnTheFlowsBeforeThoseThatCannotBeRead) {
  fixture_.respond("/entities/fetch", [](const HttpRequest& request) {
    if (request.body.find("a3") != std::string::npos) return answer(200, R"({"results":[]})");
    HttpResponse response = fetched(request);
    const std::size_t at = response.body.find("TCP");
    response.body.replace(at - 12, 16, R"("source_vm":{"entity_id":"vm"})");
    return response;
  });
  std::size_t flows = 0;
  const auto read_all = [&] {
    while (const std::unique_ptr<FlowBatch> batch = reader_.next()) flows += batch->flows.size();
  };
  EXPECT_THROW(read_all(), Error);
  EXPECT_EQ(flows, 6U);
}

TEST_F(NamesAhead, AreNotAskedForFlowsOfWhichAPartCannotBeRead) {
  fixture_.respond("/entities/fetch", [](const HttpRequest& request) {
    const bool has_first = request.body.find("\"a3\"") != std::string::npos;
    const bool has_second = request.body.find("\"b3\"") != std::string::npos;
    if (has_second) return api_error(has_first ? 500 : 403);
    return fetched_without_names(request);
  });
  std::size_t flows = 0;
  const auto read_all = [&] {
    while (const std::unique_ptr<FlowBatch> batch = reader_.next()) flows += batch->flows.size();
  };
  EXPECT_THROW(read_all(), Error);
  EXPECT_EQ(flows, 6U);
  EXPECT_EQ(questions_about("vm-a3"), 0U);
}

TEST_F(NamesAhead, DoNotHaveAFetchMadeAgainThatHasFailed) {
  std::size_t failed = 0;
  fixture_.respond("/entities/fetch", [&failed](const HttpRequest& request) {
    if (request.body.find("\"b3\"") == std::string::npos) return fetched_without_names(request);
    ++failed;
    return api_error(403);
  });
  const auto read_all = [&] {
    while (reader_.next() != nullptr) {
    }
  };
  EXPECT_THROW(read_all(), Error);
  EXPECT_EQ(failed, 1U);
}

TEST_F(NamesAhead, AreBrokenOffWithAnUnfinishedUnit) {
  {
    FlowFetcher fetcher(api_, fixture_.log);
    UnitReader reader(api_, fetcher, experience_, fixture_.log, "", kUnit);
    EXPECT_NE(reader.next(), nullptr);
    EXPECT_GT(fixture_.http.in_flight(), 0U);
  }
  EXPECT_EQ(fixture_.http.in_flight(), 0U);
}

/// Flows with counters.
class CountersOfUnit : public UnitReaderAhead {
 protected:
  CountersOfUnit() {
    pages_ = 8;
    fixture_.script(
        "/schema/Flow/metrics",
        {answer(
            200,
            R"({"results":[{"metric":"flow.totalBytes.delta.summation.bytes","intervals":[1800]},)"
            R"({"metric":"flow.totalPackets.delta.summation.number","intervals":[1800]}]})")});
    fixture_.respond("/metrics/fetch", [](const HttpRequest& request) {
      const MetricRequest asked(request.body);
      return answer_metrics(asked, [](const std::string& id, auto) { return id.back() - '0'; });
    });
  }

  FlowFetcher fetcher_{api_, fixture_.log, {FlowField::Bytes, FlowField::Packets}};
  UnitReader reader_{api_, fetcher_, experience_, fixture_.log, "", kUnit};
};

TEST_F(CountersOfUnit, AreAskedForSideBySideAndEachOnce) {
  std::string counters;
  std::string expected;
  while (const std::unique_ptr<FlowBatch> batch = reader_.next()) {
    for (const Flow& flow : batch->flows) {
      counters += std::string(flow.text(FlowField::Bytes)) + " ";
      expected += std::to_string(2 * (flow.id.back() - '0')) + " ";
    }
  }
  EXPECT_EQ(counters, expected);
  EXPECT_EQ(fixture_.http.requests_to("/metrics/fetch").size(), 2U * 8U);
  EXPECT_LE(fixture_.http.most_in_flight(), 4U);
  EXPECT_EQ(fixture_.http.in_flight(), 0U);
}

TEST_F(CountersOfUnit, AreUnderWayForTheNextFlowsWhenTheFirstAreHandedOn) {
  for (int i = 0; i < 3; ++i) EXPECT_NE(reader_.next(), nullptr);
  EXPECT_GT(fixture_.http.requests_to("/metrics/fetch").size(), 2U * 3U);
}

/// The hour after kUnit.
const TimeWindow kNextUnit{kUnit.end, kUnit.end + std::chrono::hours(1)};

class UnitsAhead : public UnitReaderAhead {
 protected:
  UnitsAhead() {
    fixture_.respond("/search", [this](const HttpRequest& request) {
      if (!is_of_next(request)) return page_of({"a"}, R"(,"total_count":1)");
      if (is_next_failing_) return api_error(403);
      return next_failures_-- > 0 ? answer(503, "") : next_;
    });
  }
  [[nodiscard]] static bool is_of_next(const HttpRequest& search) {
    return search.body.find(R"("start_time":7199)") != std::string::npos;
  }
  /// Which units were searched for, in their order.
  [[nodiscard]] std::string searches() const {
    std::string units;
    for (const HttpRequest& search : fixture_.http.requests_to("/search"))
      units += is_of_next(search) ? "next " : "unit ";
    return units;
  }
  void prepare_next() { flows_->prepare(std::vector{kNextUnit}); }
  /// Reads a unit to its end. Returns the ids of its flows.
  [[nodiscard]] static std::string read(FlowEpoch& epoch) {
    std::string ids;
    while (const std::unique_ptr<FlowBatch> batch = epoch.next()) {
      for (const Flow& flow : batch->flows) ids += flow.id;
    }
    return ids;
  }

  /// How often a flow was asked for.
  [[nodiscard]] std::size_t fetches_of(const std::string& id) const {
    return static_cast<std::size_t>(std::ranges::count_if(
        fixture_.http.requests_to("/entities/fetch"),
        [&id](const auto& r) { return r.body.find('"' + id + '"') != std::string::npos; }));
  }

  HttpResponse next_ = page_of({"b"}, R"(,"total_count":1)");
  bool is_next_failing_ = false;
  int next_failures_ = 0;
  std::unique_ptr<FlowSource> flows_ = make_platform_flows(api_, fixture_.log, "");
};

TEST_F(UnitsAhead, SearchesForThePreparedUnitOnceTheCallsOfThisOneAreUnderWay) {
  const std::unique_ptr<FlowEpoch> first = flows_->read(kUnit);
  prepare_next();
  EXPECT_EQ(searches(), "");
  EXPECT_NE(first->next(), nullptr);
  EXPECT_EQ(first->next(), nullptr);
  EXPECT_EQ(searches(), "unit next ");
  EXPECT_EQ(read(*flows_->read(kNextUnit)), "b");
  EXPECT_EQ(searches(), "unit next ") << "the answer is used";
}

TEST_F(UnitsAhead, SearchesForThePreparedUnitAtOnceIfNoneIsRead) {
  prepare_next();
  EXPECT_EQ(searches(), "next ");
  prepare_next();
  EXPECT_EQ(read(*flows_->read(kNextUnit)), "b");
  EXPECT_EQ(searches(), "next ");
}

TEST_F(UnitsAhead, KeepsThePreparedUnitWhileAnotherIsRead) {
  prepare_next();
  EXPECT_EQ(read(*flows_->read(kUnit)), "a");
  EXPECT_EQ(read(*flows_->read(kNextUnit)), "b");
  EXPECT_EQ(searches(), "next unit ");
}

TEST_F(UnitsAhead, TellsNotWhatTheUnitBeforeHasMet) {
  fixture_.respond("/search", [](const HttpRequest& request) {
    if (is_of_next(request)) throw Error(Fault::Interrupted, "the deadline has passed");
    return api_error(400);
  });
  prepare_next();
  EXPECT_THROW((void)flows_->read(kUnit)->next(), Error);
  try {
    (void)flows_->read(kNextUnit)->next();
    FAIL();
  } catch (const Error& error) {
    EXPECT_EQ(error.fault(), Fault::Interrupted);
    EXPECT_THAT(error.what(), Not(HasSubstr("400")));
  }
}

TEST_F(UnitsAhead, GivesThePreparedUnitUpIfItIsNotNextAnyMore) {
  prepare_next();
  flows_->prepare({});
  EXPECT_EQ(fixture_.http.in_flight(), 0U);
  EXPECT_EQ(read(*flows_->read(kNextUnit)), "b");
  EXPECT_EQ(searches(), "next next ");
}

TEST_F(UnitsAhead, AsksAgainIfTheSearchHasGrownOld) {
  std::string expected;
  for (const bool is_answer_seen : {false, true}) {
    for (const bool is_old : {false, true}) {
      prepare_next();
      if (is_answer_seen) {
        (void)api_.await_any();
        prepare_next();  // begins the fetch
      }
      fixture_.clock.advance(UnitReader::kFreshSearch + std::chrono::seconds(is_old ? 1 : 0));
      EXPECT_EQ(read(*flows_->read(kNextUnit)), "b");
      expected += is_old ? "next next " : "next ";
      EXPECT_EQ(searches(), expected) << is_answer_seen;
    }
  }
}

TEST_F(UnitsAhead, AsksForAnEmptyPreparedUnitAsOftenAsForOthers) {
  next_ = page_of({}, R"(,"total_count":0)");
  prepare_next();
  EXPECT_EQ(read(*flows_->read(kNextUnit)), "");
  EXPECT_EQ(searches(), "next next ");
  EXPECT_THAT(fixture_.clock.sleeps(), ElementsAre(UnitReader::kPauseOfEmptyUnit));
}

TEST_F(UnitsAhead, FetchesFlowsOfThePreparedUnitWhileThisOneIsRead) {
  const std::unique_ptr<FlowEpoch> first = flows_->read(kUnit);
  prepare_next();
  EXPECT_NE(first->next(), nullptr);
  EXPECT_EQ(fetches_of("b"), 1U);
  EXPECT_EQ(first->next(), nullptr);
  EXPECT_EQ(read(*flows_->read(kNextUnit)), "b");
  EXPECT_EQ(fetches_of("b"), 1U) << "the answer is used";
  EXPECT_LE(fixture_.http.most_in_flight(), 2U) << "as many as a new platform bears";
}

TEST_F(UnitsAhead, KeepsAsManyAnswersAsWithoutAPreparedUnit) {
  std::vector<std::string> ids;
  for (int i = 0; i < 9'000; ++i) ids.push_back("n" + std::to_string(i));
  next_ = page_of(ids, R"(,"total_count":9000)");
  const std::unique_ptr<FlowEpoch> first = flows_->read(kUnit);
  prepare_next();
  while (first->next() != nullptr) {
  }
  while (api_.await_any()) prepare_next();
  EXPECT_GT(fixture_.http.requests_to("/entities/fetch").size(), 1U);
  EXPECT_LE(fixture_.http.requests_to("/entities/fetch").size(), 1U + api_.concurrency() + 1U);
}

TEST_F(UnitsAhead, ShowsWhatGoesWrongWithThePreparedUnitWhenItIsRead) {
  for (const char* const failing : {"/search", "/entities/fetch"}) {
    const bool is_search = failing == std::string_view("/search");
    is_next_failing_ = is_search;
    fixture_.respond("/entities/fetch", [&](const HttpRequest& request) {
      const bool is_of_b = request.body.find("\"b\"") != std::string::npos;
      return is_of_b && !is_search ? api_error(403) : fetched(request);
    });
    const std::size_t slept = fixture_.clock.sleeps().size();
    const std::unique_ptr<FlowEpoch> first = flows_->read(kUnit);
    prepare_next();
    EXPECT_EQ(read(*first), "a") << failing;
    EXPECT_FALSE(first->shortfall()) << failing;
    EXPECT_THAT(fixture_.clock.sleeps(), SizeIs(slept)) << failing;
    const std::unique_ptr<FlowEpoch> second = flows_->read(kNextUnit);
    EXPECT_THROW((void)second->next(), Error) << failing;
  }
}

TEST_F(UnitsAhead, RepeatsASearchOfThePreparedUnitThatHasFailedWhenItIsRead) {
  next_failures_ = 1;
  const std::unique_ptr<FlowEpoch> first = flows_->read(kUnit);
  prepare_next();
  EXPECT_EQ(read(*first), "a");
  EXPECT_THAT(fixture_.clock.sleeps(), SizeIs(0U));
  EXPECT_EQ(read(*flows_->read(kNextUnit)), "b");
  EXPECT_THAT(fixture_.clock.sleeps(), SizeIs(1U));
  EXPECT_EQ(searches(), "unit next next ");
}

TEST_F(UnitsAhead, FetchesNothingThatThisUnitIsAboutToKeep) {
  FlowVersions versions({}, fixture_.clock, fixture_.log);
  flows_ = make_platform_flows(api_, fixture_.log, "", {}, std::chrono::seconds(0), &versions);
  next_ = page_of({"a"}, R"(,"total_count":1)");
  const std::unique_ptr<FlowEpoch> first = flows_->read(kUnit);
  prepare_next();
  EXPECT_EQ(read(*first), "a");
  EXPECT_EQ(searches(), "unit next ");
  EXPECT_EQ(read(*flows_->read(kNextUnit)), "a");
  EXPECT_EQ(fetches_of("a"), 1U);
}

TEST_F(UnitsAhead, FetchesWhatThisUnitHasNotKeptAfterAll) {
  FlowVersions versions({}, fixture_.clock, fixture_.log);
  flows_ = make_platform_flows(api_, fixture_.log, "", {}, std::chrono::seconds(0), &versions);
  next_ = page_of({"a", "b"}, R"(,"total_count":2)");
  // The platform has only another version of it.
  fixture_.respond("/entities/fetch", [](const HttpRequest& request) {
    HttpResponse response = fetched(request);
    const std::size_t at = response.body.find(R"("a",)");
    if (at != std::string::npos) response.body.insert(at + 4, R"("time":9,)");
    return response;
  });
  const std::unique_ptr<FlowEpoch> first = flows_->read(kUnit);
  prepare_next();
  EXPECT_EQ(read(*first), "a");
  EXPECT_EQ(fetches_of("b"), 1U);
  EXPECT_EQ(fetches_of("a"), 1U);
  EXPECT_EQ(read(*flows_->read(kNextUnit)), "ab");
  EXPECT_EQ(fetches_of("b"), 1U);
  EXPECT_EQ(fetches_of("a"), 2U);
}

TEST_F(UnitsAhead, RefusesAPreparedUnitThatWasNotOverWhenItWasSearched) {
  next_.date = kNextUnit.end - std::chrono::minutes(30);
  for (const bool is_another_read : {false, true}) {
    const std::unique_ptr<FlowEpoch> first = is_another_read ? flows_->read(kUnit) : nullptr;
    prepare_next();
    if (first) {
      EXPECT_EQ(read(*first), "a");
    }
    EXPECT_THROW((void)flows_->read(kNextUnit)->next(), Error);
  }
}

TEST_F(UnitReaderAhead, BreaksOffWhatWasBegunForAnUnfinishedUnit) {
  const std::unique_ptr<FlowSource> flows = make_platform_flows(api_, fixture_.log, "");
  std::unique_ptr<FlowEpoch> epoch = flows->read(kUnit);
  (void)epoch->next();
  EXPECT_GT(fixture_.http.in_flight(), 0U);
  epoch = flows->read(kUnit);
  EXPECT_EQ(fixture_.http.in_flight(), 0U);
}

}  // namespace
}  // namespace vrni2syslog
