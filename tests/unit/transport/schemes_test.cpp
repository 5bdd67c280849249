#include "transport/schemes.h"

#include <gtest/gtest.h>

namespace vrni2syslog {
namespace {

TEST(Schemes, LimitTheLengthOfALineOverUdpOnly) {
  for (const Scheme& scheme : all_schemes())
    EXPECT_EQ(scheme.max_line_bytes, scheme.name == "udp" ? 2048U : kNoLineLimit) << scheme.name;
}

TEST(Schemes, AreFoundByName) {
  for (const Scheme& scheme : all_schemes()) EXPECT_EQ(find_scheme(scheme.name), &scheme);
  EXPECT_EQ(find_scheme("nonsense"), nullptr);
}

TEST(Schemes, AreListedForMessages) {
  EXPECT_EQ(scheme_list(), "tls://, tcp://, udp://, unix://, file://, -");
}

}  // namespace
}  // namespace vrni2syslog
