#include "json/json.h"

#include <gtest/gtest.h>

#include <string>

namespace vrni2syslog {
namespace {

/// Writes the events down: {k:v} for objects, [v] for arrays, each text in its length and bytes.
class EventRecorder final : public JsonHandler {
 public:
  void key(std::string_view name) override { events += "k(" + std::string(name) + ")"; }
  void scalar(std::string_view text) override { events += "s(" + std::string(text) + ")"; }
  void null() override { events += "null"; }
  void begin_object() override { events += '{'; }
  void end_object() override { events += '}'; }
  void begin_array() override { events += '['; }
  void end_array() override { events += ']'; }

  std::string events;
};

[[nodiscard]] std::string events_of(std::string body) {
  EventRecorder recorder;
  const std::optional<std::string> problem = read_json(body, recorder);
  return problem ? "problem: " + *problem : recorder.events;
}

TEST(Json, TellsEverythingInItsOrder) {
  EXPECT_EQ(events_of(R"({"a":[1,"x",true,false,null,{}],"b":{"c":[]}})"),
            "{k(a)[s(1)s(x)s(true)s(false)null{}]k(b){k(c)[]}}");
}

TEST(Json, KeepsNumbersAsTheyWereWritten) {
  EXPECT_EQ(events_of("[10000000000000000000000000001,-0.50,1E+2,18446744073709551616]"),
            "[s(10000000000000000000000000001)s(-0.50)s(1E+2)s(18446744073709551616)]");
}

TEST(Json, KeepsNulInsideAString) {
  EXPECT_EQ(events_of(R"(["a\u0000b"])"), std::string("[s(a\0b)]", 8));
}

TEST(Json, PassesInvalidUtf8On) {
  EXPECT_EQ(events_of("[\"a\xFF\xC3\"]"), "[s(a\xFF\xC3)]");
  EXPECT_TRUE(events_of("[\"\xF2").starts_with("problem: "));
}

TEST(Json, ReplacesHalfASurrogatePair) {
  EXPECT_EQ(events_of(R"(["\ud800x","\uD83D\uDE00"])"), "[s(\xEF\xBF\xBDx)s(\xF0\x9F\x98\x80)]");
}

TEST(Json, SkipsAByteOrderMark) {
  EXPECT_EQ(events_of("\xEF\xBB\xBF[]"), "[]");
}

TEST(Json, RefusesWhatIsNoJson) {
  for (const char* const body :
       {"", " ", "<html>", "{\"a\":", "{\"a\":1", "[1]x", "{1:2}", "\"abc", "[\"\\x\"]", "nul"}) {
    EXPECT_TRUE(events_of(body).starts_with("problem: ")) << body;
  }
}

TEST(Json, ReadsWhatIsNestedUpToALimit) {
  const auto nested = [](int depth, const std::string& begin, const std::string& end) {
    std::string text;
    for (int i = 0; i < depth; ++i) text += begin;
    text += "1";
    for (int i = 0; i < depth; ++i) text += end;
    return events_of(text);
  };
  for (const auto& [begin, end] : {std::pair("[", "]"), std::pair("{\"a\":", "}")}) {
    EXPECT_FALSE(nested(200, begin, end).starts_with("problem: ")) << begin;
    EXPECT_TRUE(nested(201, begin, end).starts_with("problem: Nested more than 200")) << begin;
  }
  std::string many = "[";
  for (int i = 0; i < 500; ++i) many += "[],{},";
  EXPECT_FALSE(events_of(many + "[]]").starts_with("problem: ")) << "the depth, not the number";
}

TEST(Json, SurvivesMillionsOfNestedArrays) {
  constexpr std::size_t kDepth = 2'000'000;
  EXPECT_TRUE(events_of(std::string(kDepth, '[')).starts_with("problem: "));
  EXPECT_EQ(events_of(std::string(kDepth, '[') + std::string(kDepth, ']')),
            "problem: Nested more than 200 levels deep (byte 201)");
}

TEST(AppendJsonString, EscapesWhatJsonReserves) {
  std::string out = "x";
  append_json_string(out, std::string_view("a\"b\\c\n\0d\xC3\xA9", 10));
  EXPECT_EQ(out, "x\"a\\\"b\\\\c\\n\\u0000d\xC3\xA9\"");
}

}  // namespace
}  // namespace vrni2syslog
