#include "transport/collector_sink.h"

#include "collector_fixture.h"
#include "test_server.h"

#include <gmock/gmock.h>

#include <array>
#include <future>
#include <string>
#include <thread>
#include <vector>

namespace vrni2syslog {
namespace {

using std::chrono::milliseconds;
using std::chrono::seconds;
using std::chrono::steady_clock;
using testing::AllOf;
using testing::HasSubstr;

class CollectorTest : public CollectorFixture {};

TEST_F(CollectorTest, CanBeOpenedAgainAfterFinish) {
  std::string first;
  std::string second;
  TestServer one([&](FileDescriptor peer) { first = read_until_eof(peer.get()); });
  TestServer two([&](FileDescriptor peer) { second = read_until_eof(peer.get()); });
  // The first server accepts but once, so the second epoch fails over.
  const auto target = collector("tcp://" + one.address() + ",tcp://" + two.address());
  target->open();
  target->send(batch({"first"}));
  EXPECT_EQ(target->wait_for_receipt().verdict, Verdict::Consumed);
  one.close();
  target->open();
  target->send(batch({"second"}));
  EXPECT_EQ(target->wait_for_receipt().verdict, Verdict::Consumed);
  two.join();
  EXPECT_EQ(first, "first\n");
  EXPECT_EQ(second, "second\n");
}

TEST_F(CollectorTest, CommitsAnEpochInPartsIfIdleConnectionsAreClosed) {
  options_.longest_idle = milliseconds(20);
  std::vector<std::string> parts(2);
  std::array<std::promise<void>, 2> ends;
  std::size_t count = 0;
  TestServer server(2, [&](FileDescriptor peer) {
    parts[count] = read_until_eof(peer.get());
    ends[count++].set_value();
  });
  const auto target = collector("tcp://" + server.address());
  target->open();
  target->send(batch({"one"}));
  ends[0].get_future().wait();
  target->send(batch({"two"}));
  ends[1].get_future().wait();
  // Nothing more to send is no reason to connect again.
  EXPECT_EQ(target->wait_for_receipt().verdict, Verdict::Consumed);
  server.join();
  EXPECT_THAT(parts, testing::ElementsAre("one\n", "two\n"));
}

TEST_F(CollectorTest, HasTheWorstVerdictOfAnEpochsParts) {
  options_.longest_idle = milliseconds(20);
  std::promise<void> first_end;
  int count = 0;
  TestServer server(2, [&](FileDescriptor peer) {
    if (count++ > 0) {
      (void)read_bytes(peer.get(), 4);
      return reset_connection(std::move(peer));
    }
    (void)read_until_eof(peer.get());
    first_end.set_value();
  });
  const auto target = collector("tcp://" + server.address());
  target->open();
  target->send(batch({"one"}));
  first_end.get_future().wait();
  target->send(batch({"two"}));
  EXPECT_EQ(target->wait_for_receipt().verdict, Verdict::Failed);
}

TEST_F(CollectorTest, SpreadsNoEpochOverTheAddressesOfAList) {
  options_.longest_idle = milliseconds(20);
  std::promise<void> first_end;
  TestServer one([&](FileDescriptor peer) {
    (void)read_until_eof(peer.get());
    first_end.set_value();
  });
  TestServer two([](FileDescriptor peer) { (void)read_until_eof(peer.get()); });
  const auto target = collector("tcp://" + one.address() + ",tcp://" + two.address());
  target->open();
  target->send(batch({"one"}));
  first_end.get_future().wait();
  one.close();
  const Error error = error_of([&] {
    target->send(batch({"two"}));
    (void)target->wait_for_receipt();
  });
  EXPECT_EQ(error.fault(), Fault::Unreachable);
  EXPECT_THAT(error.what(), testing::StartsWith("tcp://" + one.address()));
  target->open();  // whose end the second server waits for
}

TEST_F(CollectorTest, FailsOverInTheOrderGivenAndSaysSo) {
  std::string received;
  TestServer server([&](FileDescriptor peer) { received = read_until_eof(peer.get()); });
  const std::string dead = "tcp://127.0.0.1:" + std::to_string(unused_port());
  const std::string alive = "tcp://" + server.address();
  const auto target = collector(dead + "," + alive);
  EXPECT_EQ(target->display_name(), dead + "," + alive);
  target->open();
  EXPECT_EQ(target->display_name(), alive);
  EXPECT_EQ(target->wait_for_receipt().verdict, Verdict::Consumed);
  EXPECT_THAT(log_text_, AllOf(HasSubstr("using " + alive), HasSubstr(dead)));
}

TEST_F(CollectorTest, SaysOnlyOnceInARunThatAnAddressCannotBeReached) {
  std::string received;
  TestServer one([&](FileDescriptor peer) { received += read_until_eof(peer.get()); });
  TestServer two([&](FileDescriptor peer) { received += read_until_eof(peer.get()); });
  const std::string dead = "tcp://127.0.0.1:" + std::to_string(unused_port());
  const auto target = collector(dead + ",tcp://" + one.address() + ",tcp://" + two.address());
  for (const char* line : {"first", "second"}) {
    target->open();
    target->send(batch({line}));
    EXPECT_EQ(target->wait_for_receipt().verdict, Verdict::Consumed);
    one.close();
  }
  EXPECT_EQ(received, "first\nsecond\n");
  EXPECT_THAT(log_text_, HasSubstr("using tcp://" + one.address()));
  EXPECT_THAT(log_text_, testing::Not(HasSubstr("using tcp://" + two.address())));
}

TEST_F(CollectorTest, BeginsWithTheNextAddressOnceItIsToldToFailOver) {
  std::string first;
  std::string second;
  TestServer one([&](FileDescriptor peer) { first = read_until_eof(peer.get()); });
  TestServer two([&](FileDescriptor peer) { second = read_until_eof(peer.get()); });
  const auto target = collector("tcp://" + one.address() + ",tcp://" + two.address());
  target->fail_over();  // nothing was opened yet
  for (const char* line : {"first", "second"}) {
    target->open();
    target->send(batch({line}));
    EXPECT_EQ(target->wait_for_receipt().verdict, Verdict::Consumed);
    target->fail_over();
  }
  EXPECT_EQ(first, "first\n");
  EXPECT_EQ(second, "second\n");
  EXPECT_EQ(log_text_, "") << "both could be reached at once";
  // Behind the last comes the first, which is gone.
  one.close();
  two.close();
  EXPECT_THAT(error_of([&] { target->open(); }).what(),
              testing::StartsWith("tcp://" + one.address() + ": "));
}

TEST_F(CollectorTest, TellsForEachAddressWhatWasWrong) {
  const std::string one = "tcp://127.0.0.1:" + std::to_string(unused_port());
  const Error error = open_error(one + ",tcp://nonsense.invalid");
  EXPECT_THAT(error.what(), AllOf(HasSubstr(one), HasSubstr("Connection refused"),
                                  HasSubstr("tcp://nonsense.invalid:514: cannot look up")));
}

/// A peer that closes its first connection before a line has come, as a load balancer does with an
/// idle one, and serves the second.
class IdleCollector : public CollectorTest {
 protected:
  std::unique_ptr<CollectorSink> open_and_wait_for_the_end() {
    auto target = collector("tcp://" + server_.address());
    target->open();
    closed_.get_future().wait();
    return target;
  }

  std::promise<void> closed_;
  std::string received_;
  TestServer server_{2, [this, connections = 0](FileDescriptor peer) mutable {
                       if (++connections == 2) received_ = read_until_eof(peer.get());
                       peer.reset();
                       if (connections == 1) closed_.set_value();
                     }};
};

TEST_F(IdleCollector, IsConnectedToAgainWhenThereIsALine) {
  const auto target = open_and_wait_for_the_end();
  target->send(batch({"one"}));
  target->send(batch({"two"}));
  const Receipt receipt = target->wait_for_receipt();
  EXPECT_EQ(receipt.verdict, Verdict::Consumed) << receipt.detail;
  server_.join();
  EXPECT_EQ(received_, "one\ntwo\n");
  EXPECT_THAT(log_text_, HasSubstr("tcp://" + server_.address() +
                                   ": the connection ended before the first line (the collector "
                                   "closed the connection"));
}

TEST_F(IdleCollector, IsConnectedToAgainAtTheEndOfAnEpochWithoutLines) {
  const auto target = open_and_wait_for_the_end();
  const Receipt receipt = target->wait_for_receipt();
  EXPECT_EQ(receipt.verdict, Verdict::Consumed) << receipt.detail;
  server_.join();
  EXPECT_EQ(received_, "");
}

TEST_F(CollectorTest, IsConnectedToAgainOnlyOnceForALine) {
  int connections = 0;
  TestServer server(3, [&](FileDescriptor) { ++connections; });
  const auto target = collector("tcp://" + server.address());
  target->open();
  const Error error = send_until_error(*target);
  server.join();
  EXPECT_EQ(error.fault(), Fault::Unconfirmed);
  EXPECT_THAT(error.what(), HasSubstr("delivery is not confirmed: the collector"));
  EXPECT_LE(connections, 2);
}

TEST_F(CollectorTest, TellsThatThePeerCannotBeConnectedToAgain) {
  TestServer server([](FileDescriptor peer) { peer.reset(); });
  const auto target = collector("tcp://" + server.address());
  target->open();
  server.close();
  const Error error = send_until_error(*target);
  EXPECT_EQ(error.fault(), Fault::Unreachable);
  EXPECT_THAT(error.what(), testing::StartsWith("tcp://" + server.address() + ": Connection ref"));
}

TEST_F(CollectorTest, StopsWaitingForRoomOnDemand) {
  std::promise<void> finished;
  TestServer server([&](FileDescriptor) { finished.get_future().wait(); });
  const auto target = collector("tcp://" + server.address());
  target->open();
  std::thread stopper([this] { stop_.request_stop(); });
  const Error error = send_until_error(*target);
  stopper.join();
  finished.set_value();
  EXPECT_EQ(error.fault(), Fault::Interrupted);
  EXPECT_THAT(error.what(), HasSubstr("the run was stopped before it had taken all lines"));
}

TEST_F(CollectorTest, IsNotConfirmedWhenStoppedWhileClosing) {
  std::promise<void> finished;
  std::promise<void> is_closing;
  TestServer server([&](FileDescriptor peer) {
    (void)read_until_eof(peer.get());
    is_closing.set_value();
    finished.get_future().wait();
  });
  const auto target = collector("tcp://" + server.address());
  target->open();
  std::thread stopper([&] {
    is_closing.get_future().wait();
    stop_.request_stop();
  });
  const Receipt receipt = target->wait_for_receipt();
  stopper.join();
  finished.set_value();
  EXPECT_EQ(receipt.verdict, Verdict::Failed);
  EXPECT_THAT(receipt.detail, HasSubstr("the run was stopped"));
}

TEST_F(CollectorTest, StopsOnDemandInTheMiddleOfAHandshake) {
  std::promise<void> finished;
  TestServer server([&](FileDescriptor peer) {
    (void)read_bytes(peer.get(), 1);
    stop_.request_stop();
    finished.get_future().wait();
  });
  const Error error = open_error("tls://" + server.address());
  finished.set_value();
  EXPECT_EQ(error.fault(), Fault::Interrupted);
  EXPECT_THAT(error.what(), HasSubstr("the run was stopped before the connection was ready"));
}

TEST_F(CollectorTest, IsNotConfirmedAtTheDeadline) {
  limits_.deadline = steady_clock::now() + seconds(2);
  std::promise<void> finished;
  TestServer server([&](FileDescriptor) { finished.get_future().wait(); });
  const auto target = collector("tcp://" + server.address());
  target->open();
  const Receipt receipt = target->wait_for_receipt();
  finished.set_value();
  EXPECT_EQ(receipt.verdict, Verdict::Failed);
  EXPECT_THAT(receipt.detail, HasSubstr("deadline"));
}

TEST_F(CollectorTest, MayBeDroppedInTheMiddle) {
  std::promise<void> dropped;
  std::string received;
  TestServer server([&](FileDescriptor peer) {
    dropped.get_future().wait();
    received = read_until_eof(peer.get());
  });
  {
    const auto target = collector("tcp://" + server.address());
    target->open();
    target->send(bulk(1000));
  }
  dropped.set_value();
  // The end of the sink ends its connection, whatever was still to be sent.
  server.join();
  std::string all;
  for (int i = 0; i < 1000; ++i) all += std::string(1000, 'x') + '\n';
  EXPECT_TRUE(all.starts_with(received)) << received.size();
}

TEST_F(CollectorTest, DeliversManyBatchesWholeAndInOrder) {
  std::string received;
  TestServer server([&](FileDescriptor peer) { received = read_until_eof(peer.get()); });
  options_.queue_bytes = 10'000;
  const auto target = collector("tcp://" + server.address());
  target->open();
  std::string expected;
  for (int i = 0; i < 300; ++i) {
    std::vector<std::string> lines;
    for (int j = 0; j < 20; ++j)
      lines.push_back("line " + std::to_string(i * 20 + j) + std::string(500, '.'));
    for (const std::string& line : lines) expected += line + "\n";
    target->send(batch(lines));
  }
  EXPECT_EQ(target->wait_for_receipt().verdict, Verdict::Consumed);
  server.join();
  EXPECT_TRUE(received == expected) << received.size() << " of " << expected.size() << " bytes";
}

}  // namespace
}  // namespace vrni2syslog
