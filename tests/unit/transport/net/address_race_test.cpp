#include "transport/net/address_race.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <netinet/in.h>
#include <string>

namespace vrni2syslog {
namespace {

using testing::ElementsAre;
using testing::IsEmpty;

SocketAddress ipv4(std::uint8_t number) {
  sockaddr_in address{};
  address.sin_family = AF_INET;
  address.sin_addr.s_addr = htonl(0xC0000200U + number);
  return SocketAddress(reinterpret_cast<const sockaddr*>(&address), sizeof address);
}

SocketAddress ipv6(std::uint8_t number) {
  sockaddr_in6 address{};
  address.sin6_family = AF_INET6;
  address.sin6_addr.s6_addr[15] = number;
  return SocketAddress(reinterpret_cast<const sockaddr*>(&address), sizeof address);
}

std::vector<std::string> interleaved(std::vector<SocketAddress> addresses) {
  std::vector<std::string> texts;
  for (const SocketAddress& address : interleave_families(std::move(addresses)))
    texts.push_back(address.host_text());
  return texts;
}

TEST(InterleaveFamilies, HasThemTakeTurnsTheFirstAddresssFirst) {
  EXPECT_THAT(interleaved({ipv6(2), ipv6(3), ipv6(4), ipv4(1), ipv4(2)}),
              ElementsAre("::2", "192.0.2.1", "::3", "192.0.2.2", "::4"));
  EXPECT_THAT(interleaved({ipv4(1), ipv6(2), ipv6(3)}), ElementsAre("192.0.2.1", "::2", "::3"));
}

TEST(InterleaveFamilies, LeavesOneFamilyInItsOrder) {
  EXPECT_THAT(interleaved({ipv4(3), ipv4(1), ipv4(2)}),
              ElementsAre("192.0.2.3", "192.0.2.1", "192.0.2.2"));
  EXPECT_THAT(interleaved({}), IsEmpty());
}

class AddressRaces : public testing::Test {
 protected:
  /// The addresses that are due, all at the same time.
  std::vector<std::size_t> take_all_due() {
    std::vector<std::size_t> due;
    while (const auto address = race_.take_due(now_)) due.push_back(*address);
    return due;
  }

  AddressRace race_{3};
  SteadyTime now_{std::chrono::hours(1)};
};

TEST_F(AddressRaces, StartWithTheFirstAddressAlone) {
  EXPECT_THAT(take_all_due(), ElementsAre(0U));
  EXPECT_EQ(race_.next_due(), now_ + AddressRace::kAttemptDelay);
  EXPECT_FALSE(race_.is_lost());
}

TEST_F(AddressRaces, TryTheNextAddressWhileTheOneBeforeDoesNotAnswer) {
  (void)take_all_due();
  now_ += AddressRace::kAttemptDelay - std::chrono::milliseconds(1);
  EXPECT_THAT(take_all_due(), IsEmpty());
  now_ += std::chrono::milliseconds(1);
  EXPECT_THAT(take_all_due(), ElementsAre(1U));
  now_ += AddressRace::kAttemptDelay;
  EXPECT_THAT(take_all_due(), ElementsAre(2U));
  EXPECT_EQ(race_.next_due(), SteadyTime::max());
}

TEST_F(AddressRaces, TryTheNextAddressAtOnceWhereOneFails) {
  (void)take_all_due();
  race_.fail(0, now_);
  EXPECT_THAT(take_all_due(), ElementsAre(1U));
}

TEST_F(AddressRaces, AreLostWhenEveryAddressHasFailed) {
  for (std::size_t address = 0; address < 3; ++address) {
    EXPECT_FALSE(race_.is_lost());
    EXPECT_THAT(take_all_due(), ElementsAre(address));
    race_.fail(address, now_);
  }
  EXPECT_TRUE(race_.is_lost());
  EXPECT_THAT(take_all_due(), IsEmpty());
}

TEST_F(AddressRaces, GoOnWithTheOthersWhereTheWinnerIsOfNoUse) {
  (void)take_all_due();
  now_ += AddressRace::kAttemptDelay;
  (void)take_all_due();
  race_.win(1);
  race_.fail(1, now_);
  EXPECT_THAT(take_all_due(), ElementsAre(0U)) << "which had been given up";
  race_.fail(0, now_);
  EXPECT_THAT(take_all_due(), ElementsAre(2U));
}

TEST_F(AddressRaces, AreLostWithoutAnAddress) {
  EXPECT_TRUE(AddressRace(0).is_lost());
}

}  // namespace
}  // namespace vrni2syslog
