#include "transport/contract/framing.h"

#include "base/error.h"

#include <gtest/gtest.h>

namespace vrni2syslog {
namespace {

std::string framed(std::string_view line, Framing framing) {
  std::string out = "|";
  append_frame(out, line, framing);
  return out;
}

TEST(Framing, EndsALineWithALineFeed) {
  EXPECT_EQ(framed("abc", Framing::Lf), "|abc\n");
}

TEST(Framing, EndsALineWithANul) {
  EXPECT_EQ(framed("abc", Framing::Nul), std::string("|abc\0", 5));
}

TEST(Framing, CountsBytesAndNotCharacters) {
  EXPECT_EQ(framed("h\xc3\xa9llo", Framing::Octet), "|6 h\xc3\xa9llo");
  EXPECT_EQ(framed(std::string(8192, 'x'), Framing::Octet), "|8192 " + std::string(8192, 'x'));
}

TEST(Framing, IsReadByName) {
  EXPECT_EQ(parse_framing("lf"), Framing::Lf);
  EXPECT_EQ(parse_framing("nul"), Framing::Nul);
  EXPECT_EQ(parse_framing("octet"), Framing::Octet);
  EXPECT_THROW((void)parse_framing("LF"), Error);
  EXPECT_THROW((void)parse_framing(""), Error);
}

}  // namespace
}  // namespace vrni2syslog
