#include "transport/net/name_lookup.h"

#include "base/error.h"
#include "support/error_of.h"
#include "transport/net/transport_loop.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace vrni2syslog {
namespace {

using std::chrono::hours;
using testing::Contains;
using testing::ElementsAre;

TEST(NameLookup, TellsAnAddressAsItIs) {
  TransportLoop loop;
  EXPECT_THAT(look_up_addresses(loop, "192.0.2.7", hours(1), {}), ElementsAre("192.0.2.7"));
  EXPECT_THAT(look_up_addresses(loop, "2001:db8::7", hours(1), {}), ElementsAre("2001:db8::7"));
}

TEST(NameLookup, FindsTheAddressesOfAName) {
  TransportLoop loop;
  EXPECT_THAT(look_up_addresses(loop, "localhost", hours(1), {}), Contains("127.0.0.1"));
}

TEST(NameLookup, GivesUpAfterItsTimeOut) {
  TransportLoop loop;
  const Error error = error_of([&] { (void)look_up_addresses(loop, "localhost", hours(-1), {}); });
  EXPECT_EQ(error.fault(), Fault::Unreachable);
}

}  // namespace
}  // namespace vrni2syslog
