#include "transport/stream/stream_connector.h"

#include "collector_fixture.h"
#include "silent_address.h"
#include "test_server.h"
#include "transport/collector_address.h"
#include "transport/stream/plain_stream.h"
#include "transport/stream/stream_connection.h"

#include <asio/co_spawn.hpp>
#include <asio/io_context.hpp>
#include <asio/use_future.hpp>
#include <gmock/gmock.h>

#include <future>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <sys/socket.h>
#include <utility>

namespace vrni2syslog {
namespace {

using std::chrono::milliseconds;
using std::chrono::seconds;
using testing::AllOf;
using testing::AnyOf;
using testing::HasSubstr;
using testing::StartsWith;

class TcpCollector : public CollectorFixture {};

TEST_F(TcpCollector, HasItsLinesConsumedByAPeerThatClosesInOrder) {
  std::string received;
  TestServer server([&](FileDescriptor peer) { received = read_until_eof(peer.get()); });
  const Receipt receipt = deliver("tcp://" + server.address(), {"one", "two"});
  server.join();
  EXPECT_EQ(receipt.verdict, Verdict::Consumed) << receipt.detail;
  EXPECT_EQ(received, "one\ntwo\n");
  EXPECT_EQ(peer_description_, server.address());
}

TEST_F(TcpCollector, FramesByOctetCountOnDemand) {
  std::string received;
  TestServer server([&](FileDescriptor peer) { received = read_until_eof(peer.get()); });
  const Receipt receipt = deliver("tcp://" + server.address() + "?framing=octet", {"one", "three"});
  server.join();
  EXPECT_EQ(receipt.verdict, Verdict::Consumed);
  EXPECT_EQ(received, "3 one5 three");
}

TEST_F(TcpCollector, IsAckedByAPeerThatNeverCloses) {
  options_.close_timeout = milliseconds(50);
  std::promise<void> finished;
  TestServer server([&](FileDescriptor peer) {
    (void)read_until_eof(peer.get());
    finished.get_future().wait();
  });
  const Receipt receipt = deliver("tcp://" + server.address(), {"one"});
  finished.set_value();
  EXPECT_EQ(receipt.verdict, Verdict::Acked);
  EXPECT_THAT(receipt.detail, HasSubstr("did not close its side within 0.05 s"));
}

TEST_F(TcpCollector, IsAckedByAPeerThatNeverAccepts) {
  options_.close_timeout = milliseconds(50);
  const FileDescriptor listener(::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0));
  ::listen(listener.get(), 8);
  sockaddr_in address{};
  socklen_t size = sizeof address;
  ::getsockname(listener.get(), reinterpret_cast<sockaddr*>(&address), &size);
  const Receipt receipt =
      deliver("tcp://127.0.0.1:" + std::to_string(ntohs(address.sin_port)), {"one"});
  EXPECT_EQ(receipt.verdict, Verdict::Acked);
}

TEST_F(TcpCollector, FailsWhereThePeerClosesWithUnreadLines) {
  std::promise<void> sent;
  TestServer server([&](FileDescriptor peer) {
    (void)read_bytes(peer.get(), 1);
    sent.get_future().wait();
  });
  const auto target = collector("tcp://" + server.address());
  target->open();
  target->send(bulk(100));  // fits into the kernels' buffers; the peer reads 16 KiB of it
  sent.set_value();
  const Receipt receipt = target->wait_for_receipt();
  EXPECT_EQ(receipt.verdict, Verdict::Failed);
  EXPECT_THAT(receipt.detail, HasSubstr("the collector"));
}

TEST_F(TcpCollector, FailsWhereThePeerClosesBeforeTheEnd) {
  std::promise<void> closed;
  TestServer server([&](FileDescriptor peer) {
    EXPECT_EQ(read_bytes(peer.get(), 4), "one\n");
    peer.reset();
    closed.set_value();
  });
  const auto target = collector("tcp://" + server.address());
  target->open();
  target->send(batch({"one"}));
  closed.get_future().wait();
  const Receipt receipt = target->wait_for_receipt();
  EXPECT_EQ(receipt.verdict, Verdict::Failed);
  EXPECT_THAT(receipt.detail, HasSubstr("closed the connection"));
}

TEST_F(TcpCollector, FailsWhereThePeerHalfClosesFirstThoughItReadsOn) {
  std::string received;
  std::promise<void> half_closed;
  TestServer server([&](FileDescriptor peer) {
    received = read_bytes(peer.get(), 4);
    ::shutdown(peer.get(), SHUT_WR);
    half_closed.set_value();
    received += read_until_eof(peer.get());
  });
  const auto target = collector("tcp://" + server.address());
  target->open();
  target->send(batch({"one"}));
  half_closed.get_future().wait();
  Receipt receipt;
  try {
    target->send(batch({"two"}));
    receipt = target->wait_for_receipt();
  } catch (const Error& error) {
    receipt.detail = error.what();
  }
  EXPECT_EQ(receipt.verdict, Verdict::Failed);
  EXPECT_THAT(receipt.detail, HasSubstr("closed the connection"));
}

TEST_F(TcpCollector, TellsOfAResetWhileSending) {
  TestServer server([](FileDescriptor peer) {
    (void)read_bytes(peer.get(), 100'000);
    reset_connection(std::move(peer));
  });
  const auto target = collector("tcp://" + server.address());
  target->open();
  const Error error = send_until_error(*target);
  EXPECT_EQ(error.fault(), Fault::Unconfirmed);
  EXPECT_THAT(error.what(),
              AllOf(HasSubstr("tcp://" + server.address()), HasSubstr("reset the connection")));
  EXPECT_EQ(target->wait_for_receipt().verdict, Verdict::Failed);
}

TEST_F(TcpCollector, TellsOfAPeerThatLeavesWhileNothingIsSent) {
  std::promise<void> left;
  TestServer server([&](FileDescriptor peer) {
    EXPECT_EQ(read_bytes(peer.get(), 4), "one\n");
    peer.reset();
    left.set_value();
  });
  const auto target = collector("tcp://" + server.address());
  target->open();
  target->send(batch({"one"}));
  left.get_future().wait();
  const Error error = send_until_error(*target);
  // On a busy machine the peer's FIN may come after the next bytes, which it answers by a reset.
  EXPECT_THAT(error.what(), AnyOf(HasSubstr("the collector closed the connection"),
                                  HasSubstr("the collector reset the connection")));
}

TEST_F(TcpCollector, DiscardsWhatThePeerSays) {
  std::string received;
  TestServer server([&](FileDescriptor peer) {
    const std::string noise(200'000, '?');
    EXPECT_EQ(::send(peer.get(), noise.data(), noise.size(), 0),
              static_cast<ssize_t>(noise.size()));
    received = read_until_eof(peer.get());
  });
  const Receipt receipt = deliver("tcp://" + server.address(), {"one"});
  server.join();
  EXPECT_EQ(receipt.verdict, Verdict::Consumed) << receipt.detail;
  EXPECT_EQ(received, "one\n");
}

TEST_F(TcpCollector, GivesUpOnAPeerThatTakesNothing) {
  options_.progress_timeout = milliseconds(100);
  std::promise<void> finished;
  TestServer server([&](FileDescriptor) { finished.get_future().wait(); });
  const auto target = collector("tcp://" + server.address());
  target->open();
  const Error error = send_until_error(*target);
  finished.set_value();
  EXPECT_THAT(error.what(), HasSubstr("tcp://" + server.address()));
  EXPECT_EQ(error.fault(), Fault::Unconfirmed);
}

TEST_F(TcpCollector, TellsThatNobodyListens) {
  const std::string address = "127.0.0.1:" + std::to_string(unused_port());
  const Error error = open_error("tcp://" + address);
  EXPECT_EQ(error.fault(), Fault::Unreachable);
  EXPECT_THAT(error.what(), StartsWith("tcp://" + address + ": Connection refused (is the"));
}

TEST_F(TcpCollector, TellsThatTheNameIsUnknown) {
  const Error error = open_error("tcp://nonsense.invalid");
  EXPECT_EQ(error.fault(), Fault::Unreachable);
  EXPECT_THAT(error.what(), HasSubstr("cannot look up nonsense.invalid"));
}

/// A transport to a host whose addresses the test chooses.
class TcpTransportTo : public TcpCollector {
 protected:
  /// Throws what connect_to_any() throws; returns the peer.
  std::string open_any(std::vector<SocketAddress> addresses) {
    asio::io_context loop(1);
    const Endpoint endpoint = parse_collector("tcp://many.test", tls_).front();
    const ProtocolOpener open_syslog = [this](std::unique_ptr<ByteStream> stream) {
      return open_lines(std::move(stream), options_);
    };
    StreamConnector connector(loop, endpoint, options_, make_stream_, open_syslog);
    auto connection = connector.connect_to_any(std::move(addresses));
    std::future<std::unique_ptr<Transport>> opened =
        asio::co_spawn(loop, std::move(connection), asio::use_future);
    loop.run();
    return opened.get()->peer_description();
  }

  static asio::awaitable<std::unique_ptr<Transport>> open_lines(std::unique_ptr<ByteStream> stream,
                                                                const CollectorOptions& options) {
    co_return make_stream_transport(std::move(stream), Framing::Lf, options);
  }

  StreamMaker make_stream_ = plain_stream_maker();
};

TEST_F(TcpTransportTo, ManyAddressesTakesTheFirstThatCanBeReached) {
  TestServer server([](FileDescriptor peer) { wait_for_end(peer.get()); });
  EXPECT_EQ(open_any({loopback_address(unused_port()), loopback_address(server.port()),
                      loopback_address(unused_port())}),
            server.address());
}

TEST_F(TcpTransportTo, ManyAddressesTellsOfEachWhereNoneCanBeReached) {
  const SocketAddress first = loopback_address(unused_port());
  const SocketAddress second = loopback_address(unused_port());
  const Error error = error_of([&] { (void)open_any({first, second}); });
  EXPECT_EQ(error.fault(), Fault::Unreachable);
  EXPECT_THAT(error.what(), AllOf(StartsWith(first.text() + ": Connection refused ("),
                                  HasSubstr("); " + second.text() + ": Connection refused (")));
}

TEST_F(TcpTransportTo, ManyAddressesDoesNotWaitForOneThatIsSilent) {
  const SilentAddress silent;
  TestServer server([](FileDescriptor peer) { wait_for_end(peer.get()); });
  options_.connect_timeout = std::chrono::hours(1);
  // It returns, though the silent one has not timed out.
  EXPECT_EQ(open_any({loopback_address(silent.port()), loopback_address(server.port())}),
            server.address());
}

/// A stream whose handshake fails.
class UselessStream final : public ByteStream {
 public:
  explicit UselessStream(std::unique_ptr<WatchedDescriptor> socket) : socket_(std::move(socket)) {}
  [[nodiscard]] WatchedDescriptor& socket() noexcept override { return *socket_; }
  IoStatus handshake() override { throw Error(Fault::Unreachable, "useless"); }
  IoOutcome write(std::string_view) override { return {}; }
  IoOutcome read(std::span<char>) override { return {}; }
  [[nodiscard]] bool has_close_notify() const noexcept override { return false; }
  IoStatus send_close_notify() override { return IoStatus::Done; }
  [[nodiscard]] std::string description() const override { return {}; }

 private:
  std::unique_ptr<WatchedDescriptor> socket_;
};

TEST_F(TcpTransportTo, ManyAddressesGoesOnWhereTheHandshakeFails) {
  TestServer useless([](FileDescriptor peer) { wait_for_end(peer.get()); });
  TestServer server([](FileDescriptor peer) { wait_for_end(peer.get()); });
  make_stream_ = [first = true](std::unique_ptr<WatchedDescriptor> socket,
                                std::string peer) mutable -> std::unique_ptr<ByteStream> {
    if (std::exchange(first, false)) return std::make_unique<UselessStream>(std::move(socket));
    return std::make_unique<PlainStream>(std::move(socket), std::move(peer));
  };
  EXPECT_EQ(open_any({loopback_address(useless.port()), loopback_address(server.port())}),
            server.address());
}

int option_of(int socket, int level, int name) {
  int value = -1;
  socklen_t size = sizeof value;
  ::getsockopt(socket, level, name, &value, &size);
  return value;
}

TEST_F(TcpTransportTo, OneAddressHasTheKernelNoticeWhenItIsGone) {
  options_.progress_timeout = milliseconds(45'000);
  TestServer server([](FileDescriptor peer) { wait_for_end(peer.get()); });
  bool is_called = false;
  make_stream_ = [&](std::unique_ptr<WatchedDescriptor> watched, std::string peer) {
    const int socket = watched->get();
    is_called = true;
    EXPECT_EQ(option_of(socket, SOL_SOCKET, SO_KEEPALIVE), 1);
    EXPECT_EQ(option_of(socket, IPPROTO_TCP, TCP_KEEPIDLE), 30);
    EXPECT_EQ(option_of(socket, IPPROTO_TCP, TCP_KEEPINTVL), 10);
    EXPECT_EQ(option_of(socket, IPPROTO_TCP, TCP_KEEPCNT), 3);
    EXPECT_EQ(option_of(socket, IPPROTO_TCP, TCP_USER_TIMEOUT), 0)
        << "it would end a peer that reads slowly with a small window";
    return std::make_unique<PlainStream>(std::move(watched), std::move(peer));
  };
  (void)open_any({loopback_address(server.port())});
  EXPECT_TRUE(is_called);
}

TEST_F(TcpTransportTo, OneAddressHasNoMoreUnderWayThanItsBufferHolds) {
  // The kernel doubles what is asked for, to have room for its own part of it. A buffer that nobody
  // asks for is of megabytes here.
  constexpr int kMostBufferBytes = 2 * 256 * 1024;
  TestServer server([](FileDescriptor peer) { wait_for_end(peer.get()); });
  bool is_called = false;
  make_stream_ = [&](std::unique_ptr<WatchedDescriptor> watched, std::string peer) {
    const int socket = watched->get();
    is_called = true;
    const int bytes = option_of(socket, SOL_SOCKET, SO_SNDBUF);
    EXPECT_GT(bytes, 0);
    EXPECT_LE(bytes, kMostBufferBytes);
    return std::make_unique<PlainStream>(std::move(watched), std::move(peer));
  };
  (void)open_any({loopback_address(server.port())});
  EXPECT_TRUE(is_called);
}

TEST_F(TcpCollector, FindsTheAddressesOfAName) {
  std::string received;
  TestServer server([&](FileDescriptor peer) { received = read_until_eof(peer.get()); });
  const Receipt receipt = deliver("tcp://localhost:" + std::to_string(server.port()), {"one"});
  server.join();
  EXPECT_EQ(receipt.verdict, Verdict::Consumed) << receipt.detail;
  EXPECT_EQ(received, "one\n");
}

}  // namespace
}  // namespace vrni2syslog
