#include "json/records.h"

#include <gtest/gtest.h>

namespace vrni2syslog {
namespace {

TEST(JsonRecords, FindsScalarsAndRecords) {
  std::string body =
      R"({"total":3,"list":[{"id":"a","entity":{"vlan_id":7,"deep":{"vlan_id":8}}},{"id":"b","entity":null}],"cursor":null})";
  JsonRecords records("list");
  ASSERT_TRUE(read_records(body, records));
  EXPECT_TRUE(records.has_list());
  EXPECT_EQ(records.text("total"), "3");
  EXPECT_EQ(records.text("cursor"), "");
  ASSERT_EQ(records.size(), 2U);
  EXPECT_EQ(records.text_of(0, "id"), "a");
  EXPECT_EQ(records.text_of(0, "vlan_id", "entity"), "7");
  EXPECT_EQ(records.text_of(0, "vlan_id"), "");
  EXPECT_EQ(records.text_of(1, "id"), "b");
  EXPECT_EQ(records.text_of(1, "vlan_id", "entity"), "");
}

TEST(JsonRecords, PassesOverWhatHasAnotherShape) {
  std::string body =
      R"({"list":{"list":[{"id":"no"}]},"x":[{"id":"no"}],"list":[1,[{"id":"no"}],null,{"id":["no"]},{"id":"a"}]})";
  JsonRecords records("list");
  ASSERT_TRUE(read_records(body, records));
  ASSERT_EQ(records.size(), 2U);
  EXPECT_EQ(records.text_of(0, "id"), "");
  EXPECT_EQ(records.text_of(1, "id"), "a");
  EXPECT_EQ(records.unreadable(), 3U);
}

TEST(JsonRecords, SaysWhetherTheListIsThere) {
  for (const char* const text : {"{}", R"({"list":null})", R"({"list":{}})", R"({"list":"x"})"}) {
    std::string body = text;
    JsonRecords records("list");
    ASSERT_TRUE(read_records(body, records)) << text;
    EXPECT_FALSE(records.has_list()) << text;
    EXPECT_EQ(records.size(), 0U) << text;
  }
}

TEST(JsonRecords, RefusesWhatIsNoObject) {
  for (const char* const text : {"[]", "1", "\"x\"", "null", "[{\"list\":[]}]", "", "{"}) {
    std::string body = text;
    JsonRecords records("list");
    EXPECT_FALSE(read_records(body, records)) << text;
  }
}

TEST(JsonRecords, CountsRecordsAboveTheLimitAsUnreadable) {
  JsonRecords records("a", 2);
  std::string body = R"({"a":[{"x":1},{"x":2},{"x":{"y":[3]}},4],"z":5})";
  ASSERT_TRUE(read_records(body, records));
  EXPECT_EQ(records.size(), 2U);
  EXPECT_EQ(records.text_of(1, "x"), "2");
  EXPECT_EQ(records.unreadable(), 2U);
  EXPECT_EQ(records.text("z"), "5");
}

TEST(JsonRecords, TellsWhetherAMemberIsThereThatIsNotNull) {
  std::string body = R"({"a":1,"b":null,"c":{"x":2},"d":[3],"results":[],"e":""})";
  JsonRecords answer("results");
  ASSERT_TRUE(read_records(body, answer));
  for (const char* const there : {"a", "c", "d", "results", "e"})
    EXPECT_TRUE(answer.has(there)) << there;
  for (const char* const absent : {"b", "x", "f"}) EXPECT_FALSE(answer.has(absent)) << absent;
  EXPECT_EQ(answer.text("c"), "");
}

}  // namespace
}  // namespace vrni2syslog
