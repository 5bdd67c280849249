#include "base/error.h"

#include <gtest/gtest.h>

namespace vrni2syslog {
namespace {

TEST(Error, IsToldWithItsContextAndKeepsItsFault) {
  const Error error = Error(Fault::Data, "page 3 is cut off").within("platform vrni.local");
  EXPECT_STREQ(error.what(), "platform vrni.local: page 3 is cut off");
  EXPECT_EQ(error.fault(), Fault::Data);
}

TEST(Printable, KeepsForeignTextOnOneLine) {
  EXPECT_EQ(printable("a\r\nb\x1b[31m\xff"), "a  b [31m\xEF\xBF\xBD");
}

TEST(Printable, CutsAtACharacterAndSaysSo) {
  EXPECT_EQ(printable("abc\xC3\xA9zzzz", 7), "abc...");
  EXPECT_EQ(printable("abcdefgh", 7), "abcd...");
  EXPECT_EQ(printable("abcdefg", 3), "...");
}

TEST(Printable, SaysSoEvenIfWhatIsLeftIsShorter) {
  // Each C1 control character of two bytes, and each line separator of three, becomes one blank.
  std::string text;
  for (int i = 0; i < 30; ++i) text += "\xC2\x80";
  EXPECT_EQ(printable(text, 10), "       ...");
  text.clear();
  for (int i = 0; i < 30; ++i) text += "\xE2\x80\xA8";
  EXPECT_EQ(printable(text, 30), std::string_view("                              "));
  EXPECT_EQ(printable(text + "ab", 31), "                            ...");
}

TEST(Printable, ChangesNothingTheSecondTime) {
  for (const std::string_view text : {"abcdefghijkl", "\xFF\xFF\xFF\xFF\xFF\xFF", "a\nb",
                                      "\xC3\xA9\xC3\xA9\xC3\xA9\xC3\xA9\xC3\xA9\xC3\xA9"}) {
    const std::string once = printable(text, 10);
    EXPECT_LE(once.size(), 10U);
    EXPECT_EQ(printable(once, 10), once);
  }
}

TEST(Printable, LeavesShortTextAlone) {
  EXPECT_EQ(printable("abc", 3), "abc");
  EXPECT_EQ(printable("abcdef", std::string_view::npos), "abcdef");
}

TEST(Error, KeepsThatTimeRanOut) {
  const Error error(Fault::Data, "503");
  EXPECT_FALSE(error.within("vrni.local").is_out_of_time());
  const Error late = error.out_of_time();
  EXPECT_TRUE(late.is_out_of_time());
  EXPECT_TRUE(late.within("vrni.local").is_out_of_time());
  EXPECT_EQ(late.fault(), Fault::Data);
  EXPECT_STREQ(late.what(), "503");
}

}  // namespace
}  // namespace vrni2syslog
