#include "transport/net/connection_race.h"

#include "silent_address.h"
#include "test_server.h"

#include <asio/co_spawn.hpp>
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <chrono>
#include <exception>

namespace vrni2syslog {
namespace {

using std::chrono::milliseconds;
using std::chrono::seconds;
using testing::HasSubstr;

class ConnectionRaces : public testing::Test {
 protected:
  void start(const std::vector<std::uint16_t>& ports, milliseconds timeout = seconds(20)) {
    std::vector<SocketAddress> addresses;
    for (const std::uint16_t port : ports) addresses.push_back(loopback_address(port));
    race_ = std::make_unique<ConnectionRace>(loop_, std::move(addresses), 514, timeout);
  }

  /// The number of the address that connects next; -1 where none does.
  int next() {
    loop_.restart();
    bool is_done = false;
    asio::co_spawn(loop_, race_->next(), [&](std::exception_ptr, ConnectionRace::Winner winner) {
      winner_ = std::move(winner);
      is_done = true;
    });
    // Not run(): what the race watches for keeps the loop busy.
    while (!is_done) loop_.run_one();
    return winner_.socket ? static_cast<int>(winner_.address) : -1;
  }

  [[nodiscard]] std::string failure(std::size_t address) const {
    const std::optional<Error>& failure = race_->failures()[address];
    return failure ? failure->what() : "";
  }

  asio::io_context loop_{1};
  std::unique_ptr<ConnectionRace> race_;
  ConnectionRace::Winner winner_;
};

TEST_F(ConnectionRaces, AreWonByTheFirstAddressWhereItAnswers) {
  TestServer server([](FileDescriptor peer) { wait_for_end(peer.get()); });
  start({server.port(), unused_port()});
  EXPECT_EQ(next(), 0);
  EXPECT_EQ(failure(0), "");
  EXPECT_EQ(failure(1), "");
  winner_ = ConnectionRace::Winner();
}

TEST_F(ConnectionRaces, GoPastAnAddressThatRefuses) {
  TestServer server([](FileDescriptor peer) { wait_for_end(peer.get()); });
  start({unused_port(), server.port()});
  EXPECT_EQ(next(), 1);
  EXPECT_THAT(failure(0), HasSubstr("listening on port 514?"));
  winner_ = ConnectionRace::Winner();
}

TEST_F(ConnectionRaces, DoNotWaitForAnAddressThatDoesNotAnswer) {
  TestServer server([](FileDescriptor peer) { wait_for_end(peer.get()); });
  const SilentAddress silent;
  start({silent.port(), server.port()});
  EXPECT_EQ(next(), 1);
  EXPECT_EQ(failure(0), "") << "given up, not failed";
  winner_ = ConnectionRace::Winner();
}

TEST_F(ConnectionRaces, GiveEachAddressItsTime) {
  const SilentAddress silent;
  start({silent.port(), silent.port()}, milliseconds(300));
  const auto begin = std::chrono::steady_clock::now();
  EXPECT_EQ(next(), -1);
  EXPECT_GE(std::chrono::steady_clock::now() - begin,
            AddressRace::kAttemptDelay + milliseconds(300));
  EXPECT_THAT(failure(0), HasSubstr("Connection timed out"));
  EXPECT_THAT(failure(1), HasSubstr("Connection timed out"));
}

TEST_F(ConnectionRaces, GoOnWhereAConnectionIsOfNoUse) {
  TestServer server([](FileDescriptor peer) { wait_for_end(peer.get()); });
  start({server.port(), unused_port()});
  ASSERT_EQ(next(), 0);
  race_->reject(0, Error(Fault::Unreachable, "useless"));
  EXPECT_EQ(next(), -1);
  EXPECT_EQ(failure(0), "useless");
  EXPECT_THAT(failure(1), HasSubstr("Connection refused"));
  winner_ = ConnectionRace::Winner();
}

TEST_F(ConnectionRaces, HaveNoWinnerWithoutAnAddress) {
  start({});
  EXPECT_EQ(next(), -1);
}

}  // namespace
}  // namespace vrni2syslog
