#include "transport/schemes.h"

#include <gtest/gtest.h>

namespace vrni2syslog {
namespace {

TEST(Schemes, LimitTheLengthOfALineWhereTheProtocolDoes) {
  for (const Scheme& scheme : all_schemes()) {
    std::size_t limit = kNoLineLimit;
    if (scheme.name == "udp") limit = 2048;
    if (scheme.name.starts_with("relp")) limit = 131'072;
    EXPECT_EQ(scheme.max_line_bytes, limit) << scheme.name;
  }
}

TEST(Schemes, AreFoundByName) {
  for (const Scheme& scheme : all_schemes()) EXPECT_EQ(find_scheme(scheme.name), &scheme);
  EXPECT_EQ(find_scheme("nonsense"), nullptr);
}

TEST(Schemes, AreListedForMessages) {
  EXPECT_EQ(scheme_list(), "tls://, tcp://, udp://, relp://, relps://, unix://, file://, -");
}

}  // namespace
}  // namespace vrni2syslog
