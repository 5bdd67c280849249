#include "transport/net/resolver.h"

#include "base/error.h"
#include "support/error_of.h"
#include "transport/net/transport_loop.h"

#include <asio/co_spawn.hpp>
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <chrono>
#include <exception>
#include <utility>

namespace vrni2syslog {
namespace {

using std::chrono::hours;
using testing::Contains;
using testing::ElementsAre;
using testing::HasSubstr;

/// The addresses as text; throws what the lookup throws.
std::vector<std::string> look_up(const std::string& host, SteadyTime until) {
  asio::io_context loop(1);
  std::vector<std::string> texts;
  std::exception_ptr failure;
  asio::co_spawn(loop, resolve(loop, host, 514, SOCK_STREAM, until),
                 [&](std::exception_ptr error, const std::vector<SocketAddress>& addresses) {
                   failure = std::move(error);
                   for (const SocketAddress& address : addresses) texts.push_back(address.text());
                 });
  loop.run();
  if (failure) std::rethrow_exception(failure);
  return texts;
}

TEST(Resolver, TakesAnAddressAsItIsAtOnce) {
  EXPECT_THAT(look_up("192.0.2.7", SteadyTime::min()), ElementsAre("192.0.2.7:514"));
  EXPECT_THAT(look_up("2001:db8::7", SteadyTime::min()), ElementsAre("[2001:db8::7]:514"));
}

TEST(Resolver, FindsTheAddressesOfAName) {
  EXPECT_THAT(look_up("localhost", SteadyTime::max()), Contains("127.0.0.1:514"));
}

TEST(Resolver, DoesNotWaitForASlowNameServerAndSurvivesItsLateAnswer) {
  // The answer comes, if it does, when coroutine and loop have gone.
  const Error error = error_of([&] { (void)look_up("localhost", SteadyTime::min()); });
  EXPECT_EQ(error.fault(), Fault::Unreachable);
  EXPECT_THAT(error.what(), HasSubstr("cannot look up localhost: the name server does not"));
}

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
