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

TEST(Ascii, ChangesTheCaseOfLettersOnly) {
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
