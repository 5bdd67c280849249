#include "tls/certificate_expiries.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <chrono>

namespace vrni2syslog {
namespace {

TEST(CertificateExpiries, KeepTheFirstOfEachPeer) {
  const auto day = [](int number) { return UnixSeconds(std::chrono::days(number)); };
  CertificateExpiries expiries;
  EXPECT_TRUE(expiries.by_peer().empty());
  expiries.add("vrni.local", day(20));
  expiries.add("vrli.local", day(5));
  expiries.add("vrni.local", day(10));
  expiries.add("vrni.local", day(30));
  EXPECT_THAT(expiries.by_peer(), testing::ElementsAre(testing::Pair("vrli.local", day(5)),
                                                       testing::Pair("vrni.local", day(10))));
}

}  // namespace
}  // namespace vrni2syslog
