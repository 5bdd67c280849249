#include "base/text/ip_address.h"

#include <gtest/gtest.h>

namespace vrni2syslog {
namespace {

TEST(IpAddress, KnowsAddressesOfBothFamilies) {
  for (const char* host : {"192.0.2.7", "2001:db8::1", "::1", "fe80::1%eth0",
                           "fe80::1%a-very-long-name-of-an-interface-that-goes-on-and-on"}) {
    EXPECT_TRUE(is_ip_address(host)) << host;
  }
}

TEST(IpAddress, TakesNoNameForOne) {
  for (const char* host :
       {"", "vrni.local", "192.0.2", "192.0.2.7.example.com", "a:b", "%eth0", "1.2.3.4%eth0"}) {
    EXPECT_FALSE(is_ip_address(host)) << host;
  }
}

TEST(IpAddress, TellsIpv6FromIpv4) {
  EXPECT_TRUE(is_ipv6_address("2001:db8::1"));
  EXPECT_FALSE(is_ipv6_address("192.0.2.7"));
}

}  // namespace
}  // namespace vrni2syslog
