#include "json/reader.h"

#include <gmock/gmock.h>
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
  const Outcome read = read_json(body, recorder);
  return read ? recorder.events : "problem: " + read.problem();
}

TEST(Json, BreaksOffWhereverItIsCut) {
  const std::string whole = R"({"a":[1,"x\u00e9",true,null,-2.5e3],"b":{"c":"d"}})";
  for (std::size_t length = 0; length < whole.size(); ++length) {
    std::string part = whole.substr(0, length);
    EventRecorder recorder;
    const JsonOutcome read = read_json(part, recorder);
    EXPECT_TRUE(!read && read.breaks_off()) << whole.substr(0, length);
  }
}

TEST(Json, DoesNotBreakOffIfSomethingWithinIsWrong) {
  for (std::string body : {"{\"a\":\"\x01\",\"b\":\"c\"}", "{\"a\":NaN,\"b\":\"c\"}",
                           "{\"a\":1 2,\"b\":\"c\"}", "{\"a\":01,\"b\":\"c\"}"}) {
    EventRecorder recorder;
    const std::string shown = body;
    const JsonOutcome read = read_json(body, recorder);
    EXPECT_TRUE(!read && !read.breaks_off()) << shown;
  }
  std::string deep(300, '[');
  EventRecorder recorder;
  const JsonOutcome read = read_json(deep, recorder);
  EXPECT_TRUE(!read && !read.breaks_off());
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

/// A text of letters, and of bytes that are no ASCII.
[[nodiscard]] std::string letters(std::size_t length) {
  std::string text;
  for (std::size_t i = 0; i < length; ++i)
    text += i % 5 == 4 ? '\xE9' : static_cast<char>('a' + i % 26);
  return text;
}

constexpr std::size_t kLongestText = 70;  // longer than what is looked at together

TEST(Json, ReadsTextsOfEveryLengthFromEveryPlace) {
  for (std::size_t length = 0; length <= kLongestText; ++length) {
    const std::string text = letters(length);
    for (std::size_t place = 0; place < 17; ++place) {
      EXPECT_EQ(events_of(std::string(place, ' ') + "{\"" + text + "\":\"" + text + "\"}"),
                "{k(" + text + ")s(" + text + ")}");
    }
  }
}

TEST(Json, FindsAnEscapeAndAControlByteAnywhereInAText) {
  for (std::size_t before = 0; before <= kLongestText; ++before) {
    for (const std::size_t after : {0U, 1U, 15U, 16U, 40U}) {
      const std::string start = "[\"" + letters(before);
      const std::string end = letters(after) + "\"]";
      EXPECT_EQ(events_of(start + R"(\"\u00e9)" + end),
                "[s(" + letters(before) + "\"\xC3\xA9" + letters(after) + ")]");
      for (const char control : {'\x01', '\x1F', '\n'})
        EXPECT_TRUE(events_of(start + control + end).starts_with("problem: ")) << before;
      EXPECT_EQ(events_of(start + '\x7F' + end),
                "[s(" + letters(before) + '\x7F' + letters(after) + ")]");
    }
    EXPECT_TRUE(events_of("[\"" + letters(before)).starts_with("problem: ")) << before;
    EXPECT_TRUE(
        events_of("[\"" + letters(before) + std::string("\0\"]", 3)).starts_with("problem: "));
  }
}

/// If numbers were scanned for a quote, as strings are, this would take as long as their square.
TEST(Json, ReadsAMillionNumbersInARow) {
  std::string numbers;
  for (int i = 0; i < 1'000'000; ++i) numbers += "1,";
  EXPECT_TRUE(events_of("[" + numbers + "1]").ends_with("s(1)s(1)]"));
}

TEST(Json, PassesInvalidUtf8On) {
  EXPECT_EQ(events_of("[\"a\xFF\xC3\"]"), "[s(a\xFF\xC3)]");
  EXPECT_TRUE(events_of("[\"\xF2").starts_with("problem: "));
}

struct SurrogateCase {
  const char* name;
  const char* body;
  const char* events;  ///< how they begin
};

class SurrogateTest : public testing::TestWithParam<SurrogateCase> {};

TEST_P(SurrogateTest, HalfOfAPairIsReplacedAndEverythingElseIsLeft) {
  EXPECT_THAT(events_of(GetParam().body), testing::StartsWith(GetParam().events));
}

INSTANTIATE_TEST_SUITE_P(
    Json, SurrogateTest,
    testing::Values(
        SurrogateCase{"NoEscape", R"(["abc"])", "[s(abc)]"},
        SurrogateCase{"WholePair", R"(["\uD83D\uDE00"])", "[s(\xF0\x9F\x98\x80)]"},
        SurrogateCase{"HighAlone", R"(["\uD83Dx"])", "[s(\xEF\xBF\xBDx)]"},
        SurrogateCase{"InAKey", R"({"\uD83Dx":1})", "{k(\xEF\xBF\xBDx)s(1)}"},
        SurrogateCase{"AfterManyBytes", R"(["0123456789012345678\uD83Dx"])",
                      "[s(0123456789012345678\xEF\xBF\xBDx)]"},
        SurrogateCase{"LowAlone", R"(["\ude00x"])", "[s(\xEF\xBF\xBDx)]"},
        SurrogateCase{"WrongOrder", R"(["\uDE00\uD83D"])", "[s(\xEF\xBF\xBD\xEF\xBF\xBD)]"},
        SurrogateCase{"TwoHighs", R"(["\uD83D\uD83D\uDE00"])", "[s(\xEF\xBF\xBD\xF0\x9F\x98\x80)]"},
        SurrogateCase{"HighBeforeAnotherEscape", R"(["\uD83D\n"])", "[s(\xEF\xBF\xBD\n)]"},
        SurrogateCase{"EndOfTheString", R"(["x\uD83D"])", "[s(x\xEF\xBF\xBD)]"},
        SurrogateCase{"EscapedBackslashBeforeU", R"(["\\uD83D"])", "[s(\\uD83D)]"},
        SurrogateCase{"BackslashThenEscape", R"(["\\\uD83D"])", "[s(\\\xEF\xBF\xBD)]"},
        SurrogateCase{"CutOff", R"(["\uD8"])", "problem: Incorrect hex digit"},
        SurrogateCase{"CutOffAtTheEndOfTheBody", R"(["\uD83)", "problem: "},
        SurrogateCase{"EscapeAtTheEndOfTheBody", R"(["\uD83D)", "problem: "},
        SurrogateCase{"NoDigits", R"(["\uZZZZ"])", "problem: Incorrect hex digit"},
        SurrogateCase{"BackslashAtTheEnd", "[\"\\", "problem: "}),
    [](const auto& row) { return row.param.name; });

TEST(Json, SkipsAByteOrderMark) {
  const std::string mark = "\xEF\xBB\xBF";
  EXPECT_EQ(events_of(mark + "[]"), "[]");
  EXPECT_EQ(events_of(mark + "\"a\""), "s(a)");
  EXPECT_EQ(events_of(mark + "1"), "s(1)");
  EXPECT_TRUE(events_of(mark).starts_with("problem: "));
}

TEST(Json, ReadsATextThatIsASingleValue) {
  EXPECT_EQ(events_of("1"), "s(1)");
  EXPECT_EQ(events_of("\"a\""), "s(a)");
  EXPECT_EQ(events_of("true"), "s(true)");
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

}  // namespace
}  // namespace vrni2syslog
