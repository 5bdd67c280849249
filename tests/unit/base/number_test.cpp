#include "base/number.h"

#include <gtest/gtest.h>

#include <cstdint>

namespace vrni2syslog {
namespace {

TEST(ParseWhole, ReadsANumberThatIsTheWholeText) {
  EXPECT_EQ(parse_whole<int>("-12"), -12);
  EXPECT_EQ(parse_whole<std::uint64_t>("18446744073709551615"), UINT64_MAX);
  EXPECT_EQ(parse_whole<int>("ff", 16), 255);
}

TEST(ParseWhole, ReadsADouble) {
  EXPECT_EQ(parse_whole<double>("-1.5e3"), -1500.0);
  EXPECT_EQ(parse_whole<double>("1.5x"), std::nullopt);
  EXPECT_EQ(parse_whole<double>("1e400"), std::nullopt);
}

TEST(ParseWhole, TakesNothingElse) {
  for (const char* text : {"", "12abc", " 12", "12 ", "+12", "1.5", "0x10"}) {
    EXPECT_EQ(parse_whole<int>(text), std::nullopt) << text;
  }
  EXPECT_EQ(parse_whole<std::uint16_t>("65536"), std::nullopt);
  EXPECT_EQ(parse_whole<std::uint64_t>("-1"), std::nullopt);
}

}  // namespace
}  // namespace vrni2syslog
