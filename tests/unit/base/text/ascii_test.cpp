#include "base/text/ascii.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace vrni2syslog {
namespace {

using testing::ElementsAre;

TEST(Ascii, KnowsLettersAndDigitsOnly) {
  EXPECT_TRUE(is_alphanumeric('a') && is_alphanumeric('Z') && is_alphanumeric('7'));
  for (const char c : {'@', '[', '`', '{', '/', ':', '_', '\xe9', '\0'}) {
    EXPECT_FALSE(is_alphanumeric(c)) << static_cast<int>(c);
  }
}

TEST(Ascii, TellsLettersAndHexadecimalDigitsFromOthers) {
  EXPECT_TRUE(is_letter('a') && is_letter('Z'));
  EXPECT_FALSE(is_letter('7') || is_letter('[') || is_letter('\xe9'));
  for (const char c : {'0', '9', 'a', 'f'}) EXPECT_TRUE(is_lower_hex_digit(c)) << c;
  for (const char c : {'A', 'g', '/', ':', '`'}) EXPECT_FALSE(is_lower_hex_digit(c)) << c;
}

TEST(Ascii, ChangesTheCaseOfLettersOnly) {
  EXPECT_EQ(lower_case("HTTPS-1 \xc9"), "https-1 \xc9");
  EXPECT_EQ(lower_case(""), "");
  EXPECT_EQ(to_upper('a'), 'A');
  EXPECT_EQ(to_lower('Z'), 'z');
  EXPECT_EQ(to_upper('1'), '1');
  EXPECT_EQ(to_lower('\xc9'), '\xc9');
}

TEST(Trim, TakesBlanksOffBothEnds) {
  EXPECT_EQ(trim(" \t a b\r\n"), "a b");
  EXPECT_EQ(trim(" \f\v"), "");
  EXPECT_EQ(trim(""), "");
}

TEST(SplitAtCommas, KeepsEmptyParts) {
  EXPECT_THAT(split_at_commas("a,,b"), ElementsAre("a", "", "b"));
  EXPECT_THAT(split_at_commas(""), ElementsAre(""));
  EXPECT_THAT(split_at_commas("a,"), ElementsAre("a", ""));
}

}  // namespace
}  // namespace vrni2syslog
