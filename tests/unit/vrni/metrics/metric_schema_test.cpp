#include "vrni/metrics/metric_schema.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace vrni2syslog {
namespace {

using std::chrono::seconds;
using testing::ElementsAre;
using testing::IsEmpty;
using testing::Pair;

[[nodiscard]] MetricSchema read(std::string body) {
  MetricSchema schema{{"of the time before", seconds(1)}};
  EXPECT_EQ(read_metric_schema(body, schema), std::nullopt) << body;
  return schema;
}

TEST(MetricSchema, TellsTheShortestIntervalOfEachMetric) {
  EXPECT_THAT(read(R"({"results":[
      {"metric":"b","display_name":"B","intervals":[28800,1800,7200],"description":"x","unit":"NoUnit"},
      {"intervals":[300],"metric":"a"}]})"),
              ElementsAre(Pair("a", seconds(300)), Pair("b", seconds(1800))));
  EXPECT_THAT(read(R"({"results":[]})"), IsEmpty());
}

TEST(MetricSchema, PassesOverWhatCannotBeUsed) {
  EXPECT_THAT(read(R"({"total":1,"more":{"results":[{"metric":"x","intervals":[1800]}]},"results":[
      {"metric":"no interval"}, {"metric":"none","intervals":[]}, {"intervals":[1800]}, 7, [1], null,
      {"metric":"odd","intervals":["many",0,-1800,1,59,1e3,99999999999,null,{"a":1800},[1800]]},
      {"metric":{"metric":"inner"},"intervals":{"intervals":[1800]}},
      {"metric":"good","intervals":["nonsense",1800]}]})"),
              ElementsAre(Pair("good", seconds(1800))));
}

TEST(MetricSchema, SaysWhatIsWrongWithTheAnswer) {
  for (std::string body : {"", "<html>", "[]", "{}", R"({"results":{}})", R"({"results":[)"}) {
    MetricSchema schema;
    EXPECT_NE(read_metric_schema(body, schema), std::nullopt) << body;
  }
}

}  // namespace
}  // namespace vrni2syslog
