#include "transport/relp/relp_connection.h"

#include "collector_fixture.h"
#include "relp_peer.h"
#include "support/temporary_directory.h"
#include "test_server.h"
#include "transport/relp/relp_session.h"

#include <gmock/gmock.h>

#include <functional>
#include <future>
#include <string>
#include <sys/socket.h>
#include <utility>
#include <vector>

namespace vrni2syslog {
namespace {

using std::chrono::milliseconds;
using testing::AllOf;
using testing::EndsWith;
using testing::HasSubstr;

class RelpCollector : public CollectorFixture {
 protected:
  /// A peer that opens a session and then does `serve`.
  static TestServer::Serve session(std::function<void(RelpPeer& relp, int peer)> serve) {
    return [serve = std::move(serve)](FileDescriptor peer) {
      RelpPeer relp(peer.get());
      ASSERT_TRUE(relp.accept_open());
      serve(relp, peer.get());
    };
  }

  static std::string url(const TestServer& server) { return "relp://" + server.address(); }
};

TEST_F(RelpCollector, HasItsLinesConsumedByAPeerThatAnswersEachAndTheClose) {
  std::string received;
  TestServer server(session([&](RelpPeer& relp, int) { received = relp.serve(); }));
  const Receipt receipt = deliver(url(server), {"one", "two\nlines", "three"});
  server.join();
  EXPECT_EQ(receipt.verdict, Verdict::Consumed) << receipt.detail;
  EXPECT_EQ(receipt.detail, "");
  EXPECT_EQ(received, "one\ntwo\nlines\nthree\n");
  EXPECT_EQ(peer_description_, server.address() + ", RELP, testing 1.0");
}

TEST_F(RelpCollector, DeliversManyWindowsWhole) {
  std::string received;
  TestServer server(session([&](RelpPeer& relp, int) { received = relp.serve(); }));
  auto target = collector(url(server));
  target->open();
  for (int i = 0; i < 20; ++i) target->send(bulk(500));
  const Receipt receipt = target->wait_for_receipt();
  target.reset();  // ends the session
  server.join();
  EXPECT_EQ(receipt.verdict, Verdict::Consumed) << receipt.detail;
  EXPECT_EQ(received.size(), 20U * 500U * 1001U);
}

TEST_F(RelpCollector, KeepsToTheWindow) {
  bool has_more = true;
  TestServer server(session([&](RelpPeer& relp, int peer) {
    for (std::size_t i = 0; i < RelpSession::kWindow; ++i) ASSERT_TRUE(relp.read());
    char more = 0;
    has_more = relp.has_unread() || ::recv(peer, &more, 1, MSG_DONTWAIT) != -1;
    for (std::uint32_t number = 2; number < 2 + RelpSession::kWindow; ++number) relp.answer(number);
    (void)relp.serve();
  }));
  auto target = collector(url(server));
  target->open();
  target->send(bulk(1000));
  EXPECT_EQ(target->wait_for_receipt().verdict, Verdict::Consumed);
  target.reset();  // ends the session
  server.join();
  EXPECT_FALSE(has_more);
}

TEST_F(RelpCollector, WaitsForAPeerThatAnswersLate) {
  TestServer server(session([](RelpPeer& relp, int) {
    std::uint32_t last = 0;
    while (const auto command = relp.read()) {
      last = command->number;
      if (last == 101) break;
    }
    for (std::uint32_t number = 2; number <= last; ++number) relp.answer(number);
    (void)relp.serve();
  }));
  const auto target = collector(url(server));
  target->open();
  target->send(bulk(100));
  const Receipt receipt = target->wait_for_receipt();
  EXPECT_EQ(receipt.verdict, Verdict::Consumed) << receipt.detail;
}

TEST_F(RelpCollector, FailsWhereAPeerNeverAnswers) {
  options_.close_timeout = milliseconds(500);
  TestServer server(session([](RelpPeer& relp, int peer) {
    ASSERT_TRUE(relp.read());
    relp.answer(2);
    wait_for_end(peer);
  }));
  const Receipt receipt = deliver(url(server), {"one", "two", "three"});
  EXPECT_EQ(receipt.verdict, Verdict::Failed);
  EXPECT_EQ(receipt.detail,
            "the collector acknowledged nothing for 0.5 s; 2 of 3 lines are not acknowledged");
}

TEST_F(RelpCollector, GivesUpOnAPeerThatAnswersNothingWhileThereIsMoreToSend) {
  options_.progress_timeout = milliseconds(500);
  TestServer server(session([](RelpPeer&, int peer) { wait_for_end(peer); }));
  const auto target = collector(url(server));
  target->open();
  const Error error = send_until_error(*target);
  EXPECT_EQ(error.fault(), Fault::Unconfirmed);
  EXPECT_THAT(error.what(),
              AllOf(HasSubstr(url(server)), HasSubstr("acknowledged nothing for 0.5 s; 128 of")));
  EXPECT_EQ(target->wait_for_receipt().verdict, Verdict::Failed);
}

TEST_F(RelpCollector, TellsOfALineThatIsRefused) {
  TestServer server(session([](RelpPeer& relp, int peer) {
    ASSERT_TRUE(relp.read());
    relp.answer(2);
    relp.answer(3, "500 disk\x1b full");
    wait_for_end(peer);
  }));
  Receipt receipt;
  try {
    receipt = deliver(url(server), {"one", "two", "three"});
  } catch (const Error& error) {
    receipt.detail = error.what();
  }
  EXPECT_EQ(receipt.verdict, Verdict::Failed);
  EXPECT_THAT(receipt.detail, HasSubstr("refused a line: 500 \"disk  full\"; 2 of 3 lines"));
}

TEST_F(RelpCollector, FailsWhereThePeerClosesWithUnansweredLines) {
  TestServer server(session([](RelpPeer& relp, int) {
    for (int i = 0; i < 3; ++i) ASSERT_TRUE(relp.read());
    relp.answer(2);
    relp.write("0 serverclose 0\n");
  }));
  const auto target = collector(url(server));
  target->open();
  target->send(batch({"one", "two", "three"}));
  const Receipt receipt = target->wait_for_receipt();
  EXPECT_EQ(receipt.verdict, Verdict::Failed);
  EXPECT_THAT(receipt.detail, HasSubstr("the collector closed the connection before the end; 2 of "
                                        "3 lines are not acknowledged"));
}

TEST_F(RelpCollector, FailsWhereThePeerLeavesWithEveryLineAnsweredBeforeTheEnd) {
  TestServer server(session([](RelpPeer& relp, int) {
    ASSERT_TRUE(relp.read());
    relp.answer(2);
  }));
  const auto target = collector(url(server));
  target->open();
  target->send(batch({"one"}));
  server.join();
  const Receipt receipt = target->wait_for_receipt();
  EXPECT_EQ(receipt.verdict, Verdict::Failed);
  EXPECT_THAT(receipt.detail, HasSubstr("the collector closed the connection before the end"));
}

TEST_F(RelpCollector, TellsOfAResetWhileSending) {
  TestServer server([](FileDescriptor peer) {
    RelpPeer relp(peer.get());
    ASSERT_TRUE(relp.accept_open());
    ASSERT_TRUE(relp.read());
    reset_connection(std::move(peer));
  });
  const auto target = collector(url(server));
  target->open();
  const Error error = send_until_error(*target);
  EXPECT_EQ(error.fault(), Fault::Unconfirmed);
  EXPECT_THAT(error.what(),
              AllOf(HasSubstr("reset the connection; "), HasSubstr("lines are not acknowledged")));
}

TEST_F(RelpCollector, IsConsumedByAPeerThatDoesNotAnswerTheClose) {
  options_.close_timeout = milliseconds(500);
  TestServer server(session([](RelpPeer& relp, int peer) {
    ASSERT_TRUE(relp.read());
    relp.answer(2);
    wait_for_end(peer);
  }));
  const Receipt receipt = deliver(url(server), {"one"});
  server.join();
  EXPECT_EQ(receipt.verdict, Verdict::Consumed);
  EXPECT_EQ(receipt.detail, "");
  EXPECT_THAT(log_text_, HasSubstr("the session did not end in order, which changes no receipt: "
                                   "the collector acknowledged nothing for 0.5 s"));
}

TEST_F(RelpCollector, WaitsNoLongerThanSomeSecondsForTheEndOfTheSession) {
  options_.close_timeout = std::chrono::hours(1);
  TestServer server(session([](RelpPeer& relp, int peer) {
    ASSERT_TRUE(relp.read());
    relp.answer(2);
    wait_for_end(peer);
  }));
  // It returns.
  EXPECT_EQ(deliver(url(server), {"one"}).verdict, Verdict::Consumed);
}

TEST_F(RelpCollector, IsConsumedByAPeerThatAnswersTheCloseByLeaving) {
  TestServer server(session([](RelpPeer& relp, int) {
    ASSERT_TRUE(relp.read());
    relp.answer(2);
    ASSERT_EQ(relp.read()->name, "close");
  }));
  const Receipt receipt = deliver(url(server), {"one"});
  EXPECT_EQ(receipt.verdict, Verdict::Consumed) << receipt.detail;
}

TEST_F(RelpCollector, KeepsItsSessionForTheNextEpochs) {
  std::vector<std::string> commands;
  TestServer server([&](FileDescriptor peer) {
    RelpPeer relp(peer.get());
    ASSERT_TRUE(relp.accept_open());
    while (const auto command = relp.read()) {
      commands.push_back(command->name + " " + command->data);
      relp.answer(command->number, command->name == "close" ? "" : "200 OK");
    }
  });
  {
    const auto target = collector(url(server));
    for (const char* line : {"first", "second", "third"}) {
      target->open();
      target->send(batch({line}));
      EXPECT_EQ(target->wait_for_receipt().verdict, Verdict::Consumed);
    }
  }
  server.join();
  EXPECT_THAT(commands,
              testing::ElementsAre("syslog first", "syslog second", "syslog third", "close "));
}

TEST_F(RelpCollector, CountsTheLinesOfEachEpochForItself) {
  options_.close_timeout = milliseconds(500);
  TestServer server(session([](RelpPeer& relp, int peer) {
    for (std::uint32_t number = 2; number < 5; ++number) {
      ASSERT_TRUE(relp.read());
      relp.answer(number);
    }
    wait_for_end(peer);
  }));
  const auto target = collector(url(server));
  target->open();
  target->send(batch({"one", "two"}));
  EXPECT_EQ(target->wait_for_receipt().verdict, Verdict::Consumed);
  target->open();
  target->send(batch({"three", "four", "five"}));
  EXPECT_EQ(target->wait_for_receipt().detail,
            "the collector acknowledged nothing for 0.5 s; 2 of 3 lines are not acknowledged");
}

TEST_F(RelpCollector, BeginsANewSessionWhereThePeerHasLeftBetweenTwoEpochs) {
  int sessions = 0;
  std::string received;
  std::promise<void> confirmed;
  std::promise<void> left;
  TestServer server(2, [&](FileDescriptor peer) {
    RelpPeer relp(peer.get());
    ASSERT_TRUE(relp.accept_open());
    ++sessions;
    const auto command = relp.read();
    ASSERT_TRUE(command);
    received += command->data + "\n";
    relp.answer(command->number);
    if (sessions == 2) {
      received += relp.serve();
      return;
    }
    confirmed.get_future().wait();
    relp.write("0 serverclose 0\n");
    peer.reset();
    left.set_value();
  });
  {
    const auto target = collector(url(server));
    target->open();
    target->send(batch({"first"}));
    EXPECT_EQ(target->wait_for_receipt().verdict, Verdict::Consumed);
    confirmed.set_value();
    left.get_future().wait();
    target->open();
    target->send(batch({"second"}));
    const Receipt receipt = target->wait_for_receipt();
    EXPECT_EQ(receipt.verdict, Verdict::Consumed) << receipt.detail;
  }
  server.join();
  EXPECT_EQ(sessions, 2);
  EXPECT_EQ(received, "first\nsecond\n");
}

TEST_F(RelpCollector, LeavesItsSessionToFailOver) {
  TestServer one(session([](RelpPeer& relp, int) { (void)relp.serve(); }));
  std::string received;
  TestServer two(session([&](RelpPeer& relp, int) { received = relp.serve(); }));
  {
    const auto target = collector(url(one) + "," + url(two));
    target->open();
    EXPECT_EQ(target->wait_for_receipt().verdict, Verdict::Consumed);
    target->fail_over();
    target->open();
    EXPECT_EQ(target->display_name(), url(two));
    target->send(batch({"one"}));
    EXPECT_EQ(target->wait_for_receipt().verdict, Verdict::Consumed);
  }
  two.join();
  EXPECT_EQ(received, "one\n");
}

TEST_F(RelpCollector, IsConsumedWithoutALine) {
  TestServer server(session([](RelpPeer& relp, int) { (void)relp.serve(); }));
  const auto target = collector(url(server));
  target->open();
  EXPECT_EQ(target->wait_for_receipt().verdict, Verdict::Consumed);
}

TEST_F(RelpCollector, TellsWhyTheSessionIsRefused) {
  TestServer server([](FileDescriptor peer) {
    RelpPeer relp(peer.get());
    ASSERT_TRUE(relp.read());
    relp.answer(1, "500 not you");
    wait_for_end(peer.get());
  });
  const Error error = open_error(url(server));
  EXPECT_EQ(error.fault(), Fault::Unreachable);
  EXPECT_EQ(error.what(),
            url(server) + ": the collector refuses the RELP session: 500 \"not you\"");
}

struct Stranger {
  const char* says;
  const char* complaint;
};

class RelpStrangers : public RelpCollector, public testing::WithParamInterface<Stranger> {};

TEST_P(RelpStrangers, AreAskedWhetherTheySpeakRelp) {
  const std::string says = GetParam().says;
  if (says == "nothing") options_.connect_timeout = milliseconds(500);
  TestServer server([&](FileDescriptor peer) {
    (void)read_bytes(peer.get(), 1);
    if (says == "nothing, and leaves") return;
    if (says != "nothing") (void)::send(peer.get(), says.data(), says.size(), MSG_NOSIGNAL);
    wait_for_end(peer.get());
  });
  const Error error = open_error(url(server));
  EXPECT_EQ(error.fault(), Fault::Unreachable);
  EXPECT_THAT(error.what(), AllOf(HasSubstr(GetParam().complaint),
                                  EndsWith("; does it speak RELP on this port?")));
}

INSTANTIATE_TEST_SUITE_P(
    Table, RelpStrangers,
    testing::Values(Stranger{"nothing", "acknowledged nothing for 0.5 s"},
                    Stranger{"nothing, and leaves", "closed the connection before the end"},
                    Stranger{"220 mail.test ESMTP\r\n", "not RELP: \"220 mail."},
                    Stranger{"\x15\x03\x03", "not RELP"}));

TEST_F(RelpCollector, TellsThatNobodyListens) {
  const std::string address = "relp://127.0.0.1:" + std::to_string(unused_port());
  EXPECT_THAT(open_error(address).what(), HasSubstr(address + ": Connection refused ("));
}

/// Runs each test with TLS 1.2 and with TLS 1.3.
class RelpsCollector : public CollectorFixture, public testing::WithParamInterface<int> {
 protected:
  RelpsCollector() { tls_.ca_file = directory_.write("ca.pem", ca_.certificate_pem()); }

  TestTlsServer::Options server_options() const {
    TestTlsServer::Options options;
    options.version = GetParam();
    return options;
  }

  TestServer relps_server() {
    return TestServer([this](FileDescriptor peer) {
      TestTlsServer tls(certificate_, server_options(), peer.get());
      if (!tls.shake_hands()) return wait_for_end(peer.get());
      RelpPeer relp(tls);
      ASSERT_TRUE(relp.accept_open());
      received_ = relp.serve();
      tls.send_close_notify();
    });
  }

  TemporaryDirectory directory_;
  TestCertificate ca_ = TestCertificate::authority("Test Authority");
  TestCertificate certificate_ = ca_.issue({.names = {"DNS:localhost", "IP:127.0.0.1"}});
  std::string received_;
};

INSTANTIATE_TEST_SUITE_P(Versions, RelpsCollector, testing::Values(TLS1_2_VERSION, TLS1_3_VERSION),
                         [](const auto& row) {
                           return row.param == TLS1_2_VERSION ? "Tls12" : "Tls13";
                         });

TEST_P(RelpsCollector, HasItsLinesConsumed) {
  TestServer server = relps_server();
  const Receipt receipt = deliver("relps://" + server.address(), {"one", "two"});
  server.join();
  EXPECT_EQ(receipt.verdict, Verdict::Consumed) << receipt.detail;
  EXPECT_EQ(received_, "one\ntwo\n");
  EXPECT_THAT(peer_description_,
              AllOf(HasSubstr("TLSv1."), HasSubstr(format_fingerprint(certificate_.fingerprint())),
                    EndsWith(", RELP, testing 1.0")));
}

TEST_P(RelpsCollector, DeliversManyWindowsWhole) {
  TestServer server = relps_server();
  auto target = collector("relps://" + server.address());
  target->open();
  for (int i = 0; i < 10; ++i) target->send(bulk(500));
  const Receipt receipt = target->wait_for_receipt();
  target.reset();  // ends the session
  server.join();
  EXPECT_EQ(receipt.verdict, Verdict::Consumed) << receipt.detail;
  EXPECT_EQ(received_.size(), 10U * 500U * 1001U);
}

TEST_P(RelpsCollector, TakesManyAnswersInOneRecord) {
  TestServer server([&](FileDescriptor peer) {
    TestTlsServer tls(certificate_, server_options(), peer.get());
    ASSERT_TRUE(tls.shake_hands());
    RelpPeer relp(tls);
    ASSERT_TRUE(relp.accept_open());
    std::string answers;
    for (std::uint32_t number = 2; number < 2 + RelpSession::kWindow; ++number) {
      ASSERT_TRUE(relp.read());
      answers += std::to_string(number) + " rsp 105 200 " + std::string(101, '.') + "\n";
    }
    relp.write(answers);
    (void)relp.serve();
  });
  const auto target = collector("relps://" + server.address());
  target->open();
  target->send(bulk(200));
  const Receipt receipt = target->wait_for_receipt();
  EXPECT_EQ(receipt.verdict, Verdict::Consumed) << receipt.detail;
}

TEST_P(RelpsCollector, TrustsACertificateByItsFingerprint) {
  tls_.ca_file.clear();
  TestServer server = relps_server();
  const std::string pin = "?fingerprint=" + format_fingerprint(certificate_.fingerprint());
  EXPECT_EQ(deliver("relps://" + server.address() + pin, {"one"}).verdict, Verdict::Consumed);
}

TEST_P(RelpsCollector, RefusesACertificateThatItDoesNotTrust) {
  tls_.ca_file.clear();
  TestServer server = relps_server();
  const Error error = open_error("relps://" + server.address());
  EXPECT_EQ(error.fault(), Fault::Refused);
  EXPECT_THAT(error.what(), HasSubstr("?fingerprint=sha256:"));
}

TEST_P(RelpsCollector, TellsThatAClientCertificateIsDemandedBeforeALineIsSent) {
  TestTlsServer::Options options = server_options();
  options.client_authority = &ca_;
  TestServer server([&](FileDescriptor peer) {
    TestTlsServer tls(certificate_, options, peer.get());
    EXPECT_FALSE(tls.shake_hands());
    wait_for_end(peer.get());
  });
  const Error error = open_error("relps://" + server.address());
  EXPECT_EQ(error.fault(), Fault::Refused);
  EXPECT_THAT(error.what(), HasSubstr("the collector demands a client certificate"));
}

TEST_P(RelpsCollector, TellsOfABadFileBeforeItConnects) {
  tls_.certificate_file = directory_.path() / "missing.pem";
  EXPECT_EQ(open_error("relps://nonsense.invalid").fault(), Fault::Configuration);
}

}  // namespace
}  // namespace vrni2syslog
