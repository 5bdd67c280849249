#include "transport/net/socket_address.h"

#include "base/error.h"

#include <gtest/gtest.h>

#include <arpa/inet.h>
#include <netinet/in.h>

namespace vrni2syslog {
namespace {

TEST(SocketAddress, IsWrittenWithItsPort) {
  sockaddr_in v4{};
  v4.sin_family = AF_INET;
  v4.sin_port = htons(6514);
  inet_pton(AF_INET, "192.0.2.7", &v4.sin_addr);
  EXPECT_EQ(SocketAddress(reinterpret_cast<sockaddr*>(&v4), sizeof v4).text(), "192.0.2.7:6514");
}

TEST(SocketAddress, IsWrittenInBracketsForIpv6) {
  sockaddr_in6 v6{};
  v6.sin6_family = AF_INET6;
  v6.sin6_port = htons(514);
  inet_pton(AF_INET6, "2001:db8::7", &v6.sin6_addr);
  EXPECT_EQ(SocketAddress(reinterpret_cast<sockaddr*>(&v6), sizeof v6).text(), "[2001:db8::7]:514");
}

TEST(SocketAddress, IsAPathForAUnixSocket) {
  EXPECT_EQ(SocketAddress::of_path("/dev/log").text(), "/dev/log");
  EXPECT_EQ(SocketAddress::of_path("/dev/log").family(), AF_UNIX);
}

TEST(SocketAddress, RefusesAPathThatIsTooLong) {
  EXPECT_NO_THROW((void)SocketAddress::of_path("/" + std::string(106, 'x')));
  EXPECT_THROW((void)SocketAddress::of_path("/" + std::string(107, 'x')), Error);
}

}  // namespace
}  // namespace vrni2syslog
