#include "json/writer.h"

#include <gtest/gtest.h>

#include <cstdint>
#include <vector>

namespace vrni2syslog {
namespace {

TEST(JsonObjectWriter, WritesMembersOfEachKind) {
  std::string json = "x";
  JsonObjectWriter object(json);
  object.text("te\"xt", "a\nb");
  object.number("number", std::int64_t{-5});
  object.number_or_null("known", 18'446'744'073'709'551'615U);
  object.number_or_null("unknown", std::nullopt);
  object.boolean("yes", true);
  object.boolean("no", false);
  object.end();
  EXPECT_EQ(json, R"(x{"te\"xt":"a\nb","number":-5,"known":18446744073709551615,"unknown":null,)"
                  R"("yes":true,"no":false})");
}

TEST(JsonObjectWriter, WritesAnObjectWithoutMembers) {
  std::string json;
  JsonObjectWriter(json).end();
  EXPECT_EQ(json, "{}");
}

TEST(JsonObjectWriter, WritesObjectsAndListsWithinIt) {
  std::string json;
  JsonObjectWriter outer(json);
  outer.key("inner");
  JsonObjectWriter inner(json);
  inner.text("a", "b");
  inner.end();
  outer.key("list");
  const std::vector<int> numbers{1, 2, 3};
  append_json_list(json, numbers, [&](int number) { json += std::to_string(number); });
  outer.key("empty");
  append_json_list(json, std::vector<int>(), [](int /*number*/) {});
  outer.end();
  EXPECT_EQ(json, R"({"inner":{"a":"b"},"list":[1,2,3],"empty":[]})");
}

}  // namespace
}  // namespace vrni2syslog
