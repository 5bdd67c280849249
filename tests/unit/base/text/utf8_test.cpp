#include "base/text/utf8.h"

#include "support/valid_utf8.h"

#include <gtest/gtest.h>

namespace vrni2syslog {
namespace {

constexpr const char* kReplacement = "\xEF\xBF\xBD";

[[nodiscard]] std::string cleaned(std::string_view text) {
  std::string out;
  append_clean_utf8(out, text);
  return out;
}

struct CharacterCase {
  const char* name;
  std::string_view bytes;
  std::size_t length;
};

class Utf8Character : public ::testing::TestWithParam<CharacterCase> {};

TEST_P(Utf8Character, HasTheLengthOfRfc3629) {
  EXPECT_EQ(utf8_character_length(GetParam().bytes), GetParam().length);
  EXPECT_EQ(testing::is_valid_utf8(GetParam().bytes), GetParam().length == GetParam().bytes.size());
}

INSTANTIATE_TEST_SUITE_P(Table, Utf8Character,
                         ::testing::Values(CharacterCase{"Empty", "", 0},
                                           CharacterCase{"Ascii", "a", 1},
                                           CharacterCase{"Nul", std::string_view("\0", 1), 1},
                                           CharacterCase{"TwoBytes", "\xC3\xA9", 2},
                                           CharacterCase{"ThreeBytes", "\xE2\x82\xAC", 3},
                                           CharacterCase{"FourBytes", "\xF0\x9F\x98\x80", 4},
                                           CharacterCase{"LastCharacter", "\xF4\x8F\xBF\xBF", 4},
                                           CharacterCase{"AboveTheLast", "\xF4\x90\x80\x80", 0},
                                           CharacterCase{"Continuation", "\x80", 0},
                                           CharacterCase{"OverlongOfTwo", "\xC0\xAF", 0},
                                           CharacterCase{"OverlongOfThree", "\xE0\x80\xAF", 0},
                                           CharacterCase{"OverlongOfFour", "\xF0\x80\x80\xAF", 0},
                                           CharacterCase{"Surrogate", "\xED\xA0\x80", 0},
                                           CharacterCase{"CutOff", "\xE2\x82", 0},
                                           CharacterCase{"NoContinuation", "\xC3z", 0}),
                         [](const auto& row) { return row.param.name; });

TEST(CleanUtf8, LeavesOrdinaryTextAlone) {
  const std::string text =
      "web-01 \xC3\xA9 \xE2\x82\xAC \xF0\x9F\x98\x80 ~ a text longer than one machine word";
  EXPECT_EQ(cleaned(text), text);
}

TEST(CleanUtf8, ReplacesEachByteThatIsNoCharacter) {
  EXPECT_EQ(cleaned("a\xFF\xFE"
                    "b"),
            std::string("a") + kReplacement + kReplacement + "b");
}

TEST(CleanUtf8, ReplacesACutOffCharacterAtTheEnd) {
  EXPECT_EQ(cleaned("a\xF0\x9F"), std::string("a") + kReplacement + kReplacement);
}

/// Every control character at every position of a machine word, since the fast path looks at eight
/// bytes at once.
TEST(CleanUtf8, TurnsControlCharactersIntoBlanksWhereverTheyStand) {
  for (int control = 0; control < 0x80; control = control == 0x1F ? 0x7F : control + 1) {
    for (std::size_t position = 0; position < 20; ++position) {
      std::string text(20, 'x');
      text[position] = static_cast<char>(control);
      std::string expected(20, 'x');
      expected[position] = ' ';
      ASSERT_EQ(cleaned(text), expected) << control << " at " << position;
    }
  }
}

TEST(CleanUtf8, TurnsSeparatorsThatEndALineIntoBlanks) {
  EXPECT_EQ(cleaned("a\xC2\x85z\xC2\x9Fz\xE2\x80\xA8z\xE2\x80\xA9"), "a z z z ");
  EXPECT_EQ(cleaned("\xC2\xA0"), "\xC2\xA0");
}

TEST(Utf8Floor, NeverSplitsACharacter) {
  const std::string_view text = "a\xE2\x82\xACz";
  EXPECT_EQ(utf8_floor(text, 0), 0U);
  EXPECT_EQ(utf8_floor(text, 1), 1U);
  EXPECT_EQ(utf8_floor(text, 2), 1U);
  EXPECT_EQ(utf8_floor(text, 3), 1U);
  EXPECT_EQ(utf8_floor(text, 4), 4U);
  EXPECT_EQ(utf8_floor(text, 100), 5U);
}

TEST(CleanUtf8, ShowsWhatIsInvisibleOrTurnsTheTextAround) {
  for (const std::string_view deceptive :
       {"\u200B", "\u200F", "\u202A", "\u202E", "\u2060", "\u2066", "\u2069", "\uFEFF"}) {
    std::string out;
    append_clean_utf8(out, std::string("a").append(deceptive).append("b"));
    EXPECT_EQ(out, "a\uFFFDb");
  }
  for (const std::string_view harmless :
       {"\u200A", "\u2010", "\u2027", "\u202F", "\u205F", "\u206A", "\uFEFE", "\u0130"}) {
    std::string out;
    append_clean_utf8(out, harmless);
    EXPECT_EQ(out, harmless);
  }
}

TEST(ValidUtf8, IsToldFromOtherBytes) {
  for (const std::string_view valid : {"", "a", "\u00E9", "\u20AC", "\U0001F600"})
    EXPECT_TRUE(is_valid_utf8(valid)) << valid;
  for (const std::string_view invalid : {"\xE9", "\xC3", "a\xFF", "\xED\xA0\x80", "\xC0\x80"})
    EXPECT_FALSE(is_valid_utf8(invalid)) << invalid;
}

TEST(ByteOrderMark, IsTakenOffTheStartOnce) {
  EXPECT_EQ(without_byte_order_mark("\uFEFFa"), "a");
  EXPECT_EQ(without_byte_order_mark("a\uFEFF"), "a\uFEFF");
  EXPECT_EQ(without_byte_order_mark("\uFEFF\uFEFF"), "\uFEFF");
}

}  // namespace
}  // namespace vrni2syslog
