#include "base/text/number.h"

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

TEST(ParseIntegral, ReadsWholeNumbersHoweverTheyAreWritten) {
  struct Row {
    const char* text;
    std::optional<std::int64_t> number;
  };
  for (const auto& [text, number] : {Row{"443", 443},
                                     {"443.0", 443},
                                     {"2.5E1", 25},
                                     {"1.7E9", 1'700'000'000},
                                     {"-3.0", -3},
                                     {"9223372036854775807", INT64_MAX},
                                     {"1e15", 1'000'000'000'000'000},
                                     {"1e16", std::nullopt},
                                     {"1.5", std::nullopt},
                                     {"nan", std::nullopt},
                                     {"inf", std::nullopt},
                                     {"", std::nullopt},
                                     {"1e", std::nullopt},
                                     {" 1", std::nullopt}})
    EXPECT_EQ(parse_integral(text), number) << text;
}

}  // namespace
}  // namespace vrni2syslog
