#include "format/record/ip_protocol.h"

#include <gtest/gtest.h>

namespace vrni2syslog {
namespace {

TEST(IpProtocol, IsFoundByIanasKeyword) {
  EXPECT_EQ(ip_protocol("TCP")->number, "6");
  EXPECT_EQ(ip_protocol("udp")->keyword, "udp");
  EXPECT_EQ(ip_protocol("Ipv6-Icmp")->number, "58");
}

TEST(IpProtocol, IsNoneForOtherWords) {
  for (const std::string_view word : {"OTHER", "", "SCTP_V2", "TCP "})
    EXPECT_FALSE(ip_protocol(word)) << word;
}

}  // namespace
}  // namespace vrni2syslog
