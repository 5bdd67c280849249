#include "transport/datagram/datagram_transport.h"

#include "collector_fixture.h"
#include "datagram_peer.h"
#include "test_server.h"

#include <gmock/gmock.h>

namespace vrni2syslog {
namespace {

using testing::AllOf;
using testing::HasSubstr;

class UdpCollector : public CollectorFixture {};

TEST_F(UdpCollector, SendsEachLineAsADatagram) {
  DatagramPeer peer(AF_INET);
  const std::string address = "127.0.0.1:" + std::to_string(peer.bind_to_free_port());
  const Receipt receipt = deliver("udp://" + address, {"one", "two"});
  EXPECT_EQ(receipt.verdict, Verdict::Written);
  EXPECT_EQ(peer.receive(), "one");
  EXPECT_EQ(peer.receive(), "two");
  EXPECT_EQ(peer_description_, address);
}

TEST_F(UdpCollector, PausesSoThatAReceiverCanKeepUp) {
  DatagramPeer peer(AF_INET);
  const std::string address = "127.0.0.1:" + std::to_string(peer.bind_to_free_port());
  const std::vector<std::string> lines(1024, std::string(1024, 'x'));
  const auto start = std::chrono::steady_clock::now();
  EXPECT_EQ(deliver("udp://" + address, lines).verdict, Verdict::Written);
  // A pause of 1 ms for every 16 KiB of this 1 MiB.
  EXPECT_GE(std::chrono::steady_clock::now() - start, std::chrono::milliseconds(64));
}

TEST_F(UdpCollector, FailsWhereNobodyListens) {
  const std::string address = "udp://127.0.0.1:" + std::to_string(unused_port());
  const Receipt receipt = deliver(address, {"one"});
  EXPECT_EQ(receipt.verdict, Verdict::Failed);
  EXPECT_THAT(receipt.detail, HasSubstr("nothing listens there"));
}

TEST_F(UdpCollector, TellsOfALineThatIsTooLong) {
  DatagramPeer peer(AF_INET);
  const auto target = collector("udp://127.0.0.1:" + std::to_string(peer.bind_to_free_port()));
  target->open();
  const Error error = error_of([&] {
    target->send(batch({std::string(70'000, 'x')}));
    (void)target->wait_for_receipt();
  });
  EXPECT_EQ(error.fault(), Fault::Configuration);
  EXPECT_THAT(error.what(), AllOf(HasSubstr("70000 bytes"), HasSubstr("--max-size")));
}

}  // namespace
}  // namespace vrni2syslog
