#include "transport/schemes.h"

#include <gtest/gtest.h>

namespace vrni2syslog {
namespace {

constexpr std::string_view kNames[] = {"tls", "tcp", "udp", "relp", "relps", "unix", "file", "-"};

TEST(Schemes, LimitTheLengthOfALineWhereTheProtocolDoes) {
  for (const std::string_view name : kNames) {
    std::size_t limit = kNoLineLimit;
    if (name == "udp") limit = 2048;
    if (name.starts_with("relp")) limit = 131'072;
    EXPECT_EQ(find_scheme(name)->max_line_bytes, limit) << name;
  }
}

TEST(Schemes, AreFoundByName) {
  for (const std::string_view name : kNames) {
    ASSERT_NE(find_scheme(name), nullptr) << name;
    EXPECT_EQ(find_scheme(name)->name, name);
    EXPECT_NE(find_scheme(name)->connect, nullptr) << name;
  }
  EXPECT_EQ(find_scheme("nonsense"), nullptr);
}

TEST(Schemes, AreListedForMessages) {
  EXPECT_EQ(scheme_list(), "tls://, tcp://, udp://, relp://, relps://, unix://, file://, -");
}

TEST(Schemes, MayHaveAFormatOfTheirOwnThatOverridesEveryOther) {
  constexpr Scheme kAny{.name = "any"};
  constexpr Scheme kOwn{.name = "own", .own_format = "cfapi"};
  Endpoint plain;
  Endpoint with_format;
  with_format.format = "message";
  EXPECT_EQ(line_format_of(kAny, plain, "rfc5424"), "rfc5424");
  EXPECT_EQ(line_format_of(kAny, with_format, "rfc5424"), "message");
  EXPECT_EQ(line_format_of(kOwn, plain, "rfc5424"), "cfapi");
  EXPECT_EQ(line_format_of(kOwn, with_format, "rfc5424"), "cfapi");
}

}  // namespace
}  // namespace vrni2syslog
