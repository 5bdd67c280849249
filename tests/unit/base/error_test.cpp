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
  EXPECT_EQ(printable("ab\xC3\xA9z", 3), "ab...");
}

TEST(Printable, LeavesShortTextAlone) {
  EXPECT_EQ(printable("abc", 3), "abc");
  EXPECT_EQ(printable("abcdef", std::string_view::npos), "abcdef");
}

}  // namespace
}  // namespace vrni2syslog
