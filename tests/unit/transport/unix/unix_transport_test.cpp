#include "transport/unix/unix_transport.h"

#include "collector_fixture.h"
#include "datagram_peer.h"
#include "support/temporary_directory.h"
#include "test_server.h"

#include <gmock/gmock.h>

#include <future>
#include <sys/socket.h>

namespace vrni2syslog {
namespace {

using testing::AllOf;
using testing::HasSubstr;

class UnixCollector : public CollectorFixture {
 protected:
  std::filesystem::path path() const { return directory_.path() / "log"; }
  std::string address() const { return "unix://" + path().string(); }
  TemporaryDirectory directory_;
};

TEST_F(UnixCollector, SendsDatagramsWhereTheSocketTakesThem) {
  DatagramPeer peer(AF_UNIX);
  peer.bind_to_path(path());
  EXPECT_EQ(deliver(address(), {"one", "two"}).verdict, Verdict::Written);
  EXPECT_EQ(peer.receive(), "one");
  EXPECT_EQ(peer.receive(), "two");
  EXPECT_THAT(peer_description_, HasSubstr("datagrams"));
}

TEST_F(UnixCollector, RefusesToSendDatagramsIfMoreThanWrittenIsRequired) {
  DatagramPeer peer(AF_UNIX);
  peer.bind_to_path(path());
  options_.required_verdict = Verdict::Written;
  EXPECT_EQ(deliver(address(), {"one"}).verdict, Verdict::Written);
  options_.required_verdict = Verdict::Consumed;
  try {
    collector(address())->open();
    ADD_FAILURE() << "no error";
  } catch (const Error& error) {
    EXPECT_EQ(error.fault(), Fault::Configuration);
    EXPECT_THAT(error.what(), HasSubstr("give --confirm written or auto"));
  }
}

TEST_F(UnixCollector, WaitsForASlowReaderOfDatagrams) {
  DatagramPeer peer(AF_UNIX);
  peer.bind_to_path(path());
  const auto target = collector(address());
  target->open();
  // Many more than the ten that the kernel queues; the reader starts when the sender is stuck.
  target->send(batch(std::vector<std::string>(500, "line")));
  for (int i = 0; i < 500; ++i) ASSERT_EQ(peer.receive(), "line") << i;
  EXPECT_EQ(target->wait_for_receipt().verdict, Verdict::Written);
}

TEST_F(UnixCollector, SendsAStreamWhereTheSocketIsOne) {
  std::string received;
  TestServer server(path(), [&](FileDescriptor peer) { received = read_until_eof(peer.get()); });
  EXPECT_EQ(deliver(address(), {"one", "two"}).verdict, Verdict::Consumed);
  server.join();
  EXPECT_EQ(received, "one\ntwo\n");
  EXPECT_THAT(peer_description_, HasSubstr("stream"));
}

TEST_F(UnixCollector, IsConsumedByAReaderThatNeverCloses) {
  options_.close_timeout = std::chrono::milliseconds(50);
  std::promise<void> finished;
  TestServer server(path(), [&](FileDescriptor peer) {
    (void)read_until_eof(peer.get());
    finished.get_future().wait();
  });
  const Receipt receipt = deliver(address(), {"one"});
  finished.set_value();
  EXPECT_EQ(receipt.verdict, Verdict::Consumed) << receipt.detail;
}

TEST_F(UnixCollector, FailsWhereTheStreamIsClosedUnread) {
  std::promise<void> sent;
  TestServer server(path(), [&](FileDescriptor peer) {
    char first = 0;
    EXPECT_EQ(::recv(peer.get(), &first, 1, MSG_PEEK), 1);
    sent.get_future().wait();
  });
  const auto target = collector(address());
  target->open();
  target->send(batch({"one"}));
  std::thread closer([&] { sent.set_value(); });
  const Receipt receipt = target->wait_for_receipt();
  closer.join();
  EXPECT_EQ(receipt.verdict, Verdict::Failed);
}

TEST_F(UnixCollector, TellsThatThereIsNoSocket) {
  const Error error = open_error(address());
  EXPECT_EQ(error.fault(), Fault::Unreachable);
  EXPECT_THAT(error.what(), AllOf(HasSubstr(path().string()), HasSubstr("No such file")));
}

}  // namespace
}  // namespace vrni2syslog
