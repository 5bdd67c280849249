#include "vrni/metrics/metric_answers.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace vrni2syslog {
namespace {

using std::chrono::seconds;
using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;
using testing::Pair;

[[nodiscard]] MetricSchema read_schema(std::string body) {
  MetricSchema schema{{"of the time before", seconds(1)}};
  EXPECT_TRUE(read_metric_schema(body, schema)) << body;
  return schema;
}

TEST(MetricSchema, TellsTheShortestIntervalOfEachMetric) {
  EXPECT_THAT(read_schema(R"({"results":[
      {"metric":"b","display_name":"B","intervals":[28800,1800,7200],"description":"x","unit":"NoUnit"},
      {"intervals":[300],"metric":"a"}]})"),
              ElementsAre(Pair("a", seconds(300)), Pair("b", seconds(1800))));
  EXPECT_THAT(read_schema(R"({"results":[]})"), IsEmpty());
}

TEST(MetricSchema, PassesOverWhatCannotBeUsed) {
  EXPECT_THAT(
      read_schema(R"({"total":1,"more":{"results":[{"metric":"x","intervals":[1800]}]},"results":[
      {"metric":"no interval"}, {"metric":"none","intervals":[]}, {"intervals":[1800]}, 7, [1], null,
      {"metric":"odd","intervals":["many",0,-1800,1,59,1800.5,99999999999,null,{"a":1800},[1800]]},
      {"metric":{"metric":"inner"},"intervals":{"intervals":[1800]}},
      {"metric":"good","intervals":["nonsense",1800]}]})"),
      ElementsAre(Pair("good", seconds(1800))));
}

TEST(MetricSchema, SaysWhatIsWrongWithTheAnswer) {
  for (std::string body : {"", "<html>", "[]", "{}", R"({"results":{}})", R"({"results":[)"}) {
    MetricSchema schema;
    EXPECT_FALSE(read_metric_schema(body, schema)) << body;
  }
}

/// Stamps 3600, 5400, 7200.
const MetricRange kRange{UnixSeconds(seconds(3600)), seconds(1800), 3};

[[nodiscard]] std::string text_of(const std::vector<MetricSum>& sums) {
  std::string text;
  for (const MetricSum& result : sums) {
    text += std::string(result.id) + "=" +
            (result.sum.is_known() ? std::to_string(result.sum.total()) : "-") + " ";
  }
  return text;
}

/// "id=sum id=- " of the results, or what is wrong with the answer.
[[nodiscard]] std::string read(std::string body, std::size_t max_results = 10) {
  std::vector<MetricSum> sums;
  const BodyOutcome read = read_metric_sums(body, kRange, max_results, sums);
  return read ? text_of(sums) : read.problem().text;
}

[[nodiscard]] std::string read_pairs(const std::string& pointlist) {
  return read(R"({"results":[{"entity_id":"a","pointlist":)" + pointlist + "}]}");
}

[[nodiscard]] std::string read_lists(const std::string& times, const std::string& values) {
  return read(R"({"results":[{"entity_id":"a","timestamps":)" + times + R"(,"values":)" + values +
              "}]}");
}

TEST(MetricSums, SumsUpThePointsOfEachEntity) {
  EXPECT_EQ(
      read(R"({"metric":"m","interval":1800,"start":3600,"end":8999,"unit":"number","results":[
      {"entity_id":"b","pointlist":[[3600,1],[5400,2.0],[7200,3E0]]},
      {"pointlist":[[3600,7]],"entity_id":"a"},
      {"entity_id":"c","pointlist":[]}, {"entity_id":"d"}, {"entity_id":"e","pointlist":null},
      {"entity_id":"f","pointlist":[[3600,0]]}]})"),
      "b=6 a=7 c=- d=- e=- f=0 ");
  EXPECT_EQ(read(R"({"results":[{"entity_id":"a","timestamps":[3600,5400],"values":[4,5]},
                                {"values":[1],"timestamps":[7200],"entity_id":"b"},
                                {"entity_id":"c","timestamps":[],"values":[]}]})"),
            "a=9 b=1 c=- ");
  EXPECT_EQ(read(R"({"results":[]})"), "");
}

TEST(MetricSums, CountsThePointsOfTheRangeAlone) {
  EXPECT_EQ(read_pairs("[[1800,1],[3600,10],[5400,100],[7200,1000],[9000,10000]]"), "a=1110 ");
  EXPECT_EQ(read_pairs("[[0,1],[9000,10]]"), "a=- ");
}

TEST(MetricSums, CountsAPointThatComesTwiceOnce) {
  EXPECT_EQ(read_pairs("[[5400,5],[3600,1],[3600,2]]"), "a=7 ");
  EXPECT_EQ(read_lists("[3600,3600]", "[9,9]"), "a=9 ");
}

TEST(MetricSums, TellsHowManyPointsThereAreAndWhere) {
  std::string body = R"({"results":[
      {"entity_id":"a","pointlist":[[1800,1],[7200,-1],[5400,2],[5400,3]]},
      {"entity_id":"b","pointlist":[]}]})";
  std::vector<MetricSum> sums;
  EXPECT_TRUE(read_metric_sums(body, kRange, 2, sums));
  ASSERT_EQ(sums.size(), 2U);
  EXPECT_EQ(sums[0].points, 2U);
  EXPECT_EQ(sums[0].first, UnixSeconds(seconds(5400)));
  EXPECT_EQ(sums[0].last, UnixSeconds(seconds(7200)));
  EXPECT_EQ(sums[1].points, 0U);
}

TEST(MetricSums, TellsNoDataFromZero) {
  EXPECT_EQ(read_pairs("[[3600,-1],[5400,-1]]"), "a=- ");
  EXPECT_EQ(read_pairs("[[3600,-1],[5400,0]]"), "a=0 ");
  EXPECT_EQ(read_pairs("[[3600,null],[5400,\"NaN\"],[7200,3]]"), "a=3 ");
  EXPECT_EQ(read_lists("[3600,5400,7200]", "[null,-1.0,3]"), "a=3 ");
}

TEST(MetricSums, ReadsTimesHoweverTheyAreWritten) {
  EXPECT_EQ(read_pairs("[[3.6E3,1],[5400.0,2],[\"7200\",4]]"), "a=7 ");
  std::string body =
      R"({"results":[{"entity_id":"a","pointlist":[[1604907000000,5],[1.604907E9,5]]}]})";
  std::vector<MetricSum> sums;
  const MetricRange now{UnixSeconds(seconds(1'604'907'000)), seconds(1800), 1};
  EXPECT_TRUE(read_metric_sums(body, now, 1, sums));
  EXPECT_EQ(text_of(sums), "a=5 ");
}

TEST(MetricSums, PassesOverResultsWithoutAnIdAndWhatItDoesNotKnow) {
  EXPECT_EQ(read(R"({"more":{"results":[{"entity_id":"x","pointlist":[[3600,1]]}]},"results":[
      {"pointlist":[[3600,1]]}, 7, null, [[3600,1]],
      {"entity_id":"a","tags":[1,[2]],"other":{"pointlist":[[3600,9]]},"pointlist":[[3600,1]]}]})"),
            "a=1 ");
}

TEST(MetricSums, SaysWhatIsWrongWithTheAnswer) {
  struct Row {
    std::string body;
    std::string problem;
  };
  const auto pairs = [](const std::string& points) {
    return R"({"results":[{"entity_id":"a","pointlist":)" + points + "}]}";
  };
  for (const auto& [body, problem] : {
           Row{"", ""},
           Row{"<html>", ""},
           Row{"{}", "no list"},
           Row{R"({"results":{}})", "no list"},
           Row{pairs("[[3600,1]"), ""},
           Row{pairs("[[3600]]"), "not a pair"},
           Row{pairs("[[]]"), "not a pair"},
           Row{pairs("[[3600,1,2]]"), "not a pair"},
           Row{pairs("[3600,1]"), "not a pair"},
           Row{pairs("[{\"time\":3600}]"), "unknown form"},
           Row{pairs("[[[3600,1]]]"), "unknown form"},
           Row{pairs("[[3600,{}]]"), "unknown form"},
           Row{pairs("[[3600,true]]"), "not a number"},
           Row{pairs("[[3600,\"much\"]]"), "not a number"},
           Row{pairs("[[3600,1e30]]"), "not a number"},
           Row{pairs("[[null,1]]"), "without a time"},
           Row{pairs("[[3600.5,1]]"), "without a time"},
           Row{pairs("[[1e300,1]]"), "without a time"},
           Row{pairs("[[\"noon\",1]]"), "without a time"},
           Row{pairs("[[0,1],[1800,1],[3600,1],[5400,1],[7200,1],[9000,1]]"), "more points"},
           Row{R"({"results":[{"entity_id":"a","timestamps":[3600],"values":[1,2]}]})", "as many"},
           Row{R"({"results":[{"entity_id":"a","timestamps":[3600]}]})", "as many"},
           Row{R"({"results":[{"entity_id":"a"},{"entity_id":"b"},{"entity_id":"a"}]})", "twice"},
           Row{R"({"interval":7200,"results":[{"entity_id":"a","pointlist":[[7200,1]]}]})",
               "every 7200 seconds in place of every 1800"},
           Row{R"({"results":[{"entity_id":"a"}],"interval":300.0})", "every 300"},
       }) {
    std::string text = body;
    std::vector<MetricSum> sums;
    const BodyOutcome read = read_metric_sums(text, kRange, 10, sums);
    ASSERT_FALSE(read) << body;
    EXPECT_THAT(read.problem().text, HasSubstr(problem)) << body;
  }
}

TEST(MetricSums, HasNoMoreResultsThanAskedFor) {
  const std::string two = R"({"results":[{"entity_id":"a"},{"entity_id":"b"}]})";
  EXPECT_EQ(read(two, 2), "a=- b=- ");
  EXPECT_THAT(read(two, 1), HasSubstr("more results"));
}

}  // namespace
}  // namespace vrni2syslog
