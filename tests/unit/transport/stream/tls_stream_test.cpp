#include "transport/stream/tls_stream.h"

#include "collector_fixture.h"
#include "support/temporary_directory.h"
#include "test_server.h"

#include <gmock/gmock.h>

#include <functional>
#include <future>
#include <sys/socket.h>
#include <utility>

namespace vrni2syslog {
namespace {

using std::chrono::hours;
using std::chrono::milliseconds;
using std::chrono::seconds;
using testing::AllOf;
using testing::AnyOf;
using testing::EndsWith;
using testing::HasSubstr;

/// Runs each test with TLS 1.2 and with TLS 1.3.
class TlsCollector : public CollectorFixture, public testing::WithParamInterface<int> {
 protected:
  TlsCollector() { tls_.ca_file = directory_.write("ca.pem", ca_.certificate_pem()); }

  TestTlsServer::Options server_options() const {
    TestTlsServer::Options options;
    options.version = GetParam();
    return options;
  }

  void use_client_certificate(const TestCertificate& certificate) {
    tls_.certificate_file =
        directory_.write("client.pem", certificate.certificate_pem() + certificate.key_pem());
  }

  /// What becomes of a line for a server that shows `certificate` and reads to the end.
  Receipt deliver_to(const TestCertificate& certificate, const TestTlsServer::Options& options,
                     const std::string& query = "", const std::string& host = "127.0.0.1") {
    TestServer server([&](FileDescriptor peer) {
      TestTlsServer tls(certificate, options, peer.get());
      if (!tls.shake_hands()) {
        // The refused client goes first, or unread bytes would turn our alert into a reset.
        wait_for_end(peer.get());
        return;
      }
      server_name_ = tls.server_name();
      received_ = tls.read_until_close_notify();
      tls.send_close_notify();
    });
    const std::string address = "tls://" + host + ":" + std::to_string(server.port()) + query;
    try {
      const Receipt receipt = deliver(address, {"one", "two"});
      server.join();
      return receipt;
    } catch (const Error& error) {
      fault_ = error.fault();
      return Receipt{Verdict::Failed, error.what()};
    }
  }

  /// Waits until a record with `frame` and the client's close_notify have come, and reads neither.
  static void await_unread_end(int peer, std::string_view frame) {
    constexpr std::size_t kCloseNotifyBytes = 2;
    // Header and tag, and with TLS 1.2 the nonce, with TLS 1.3 the type (AES-GCM).
    const std::size_t record_overhead = 5 + 16 + (GetParam() == TLS1_2_VERSION ? 8 : 1);
    std::string unread(2 * record_overhead + frame.size() + kCloseNotifyBytes, '\0');
    EXPECT_EQ(::recv(peer, unread.data(), unread.size(), MSG_PEEK | MSG_WAITALL),
              static_cast<ssize_t>(unread.size()));
  }

  /// A server with a good certificate that does `serve` behind the handshake.
  TestServer tls_server(std::function<void(TestTlsServer& tls, int peer)> serve) const {
    return TestServer([this, serve = std::move(serve)](FileDescriptor peer) {
      TestTlsServer tls(certificate_, server_options(), peer.get());
      ASSERT_TRUE(tls.shake_hands());
      serve(tls, peer.get());
    });
  }

  TemporaryDirectory directory_;
  TestCertificate ca_ = TestCertificate::authority("Test Authority");
  TestCertificate certificate_ = ca_.issue({.names = {"DNS:localhost", "IP:127.0.0.1"}});
  std::string received_;
  std::string server_name_;
  Fault fault_ = Fault::Bug;
};

INSTANTIATE_TEST_SUITE_P(Versions, TlsCollector, testing::Values(TLS1_2_VERSION, TLS1_3_VERSION),
                         [](const auto& row) {
                           return row.param == TLS1_2_VERSION ? "Tls12" : "Tls13";
                         });

TEST_P(TlsCollector, HasItsLinesConsumedWithOctetCounts) {
  const Receipt receipt = deliver_to(certificate_, server_options());
  EXPECT_EQ(receipt.verdict, Verdict::Consumed) << receipt.detail;
  EXPECT_EQ(received_, "3 one3 two");
  EXPECT_THAT(peer_description_,
              AllOf(HasSubstr("127.0.0.1:"),
                    HasSubstr(GetParam() == TLS1_2_VERSION ? "TLSv1.2" : "TLSv1.3"),
                    HasSubstr(format_fingerprint(certificate_.fingerprint()))));
}

TEST_P(TlsCollector, AsksForTheHostNameButNotForAnAddress) {
  EXPECT_EQ(deliver_to(certificate_, server_options(), "", "localhost").verdict, Verdict::Consumed);
  EXPECT_EQ(server_name_, "localhost");
  EXPECT_EQ(deliver_to(certificate_, server_options()).verdict, Verdict::Consumed);
  EXPECT_EQ(server_name_, "");
}

TEST_P(TlsCollector, DoesWithoutSessionTickets) {
  TestTlsServer::Options options = server_options();
  options.sends_tickets = false;
  EXPECT_EQ(deliver_to(certificate_, options).verdict, Verdict::Consumed);
}

TEST_P(TlsCollector, RefusesAWrongName) {
  const Receipt receipt = deliver_to(ca_.issue({.names = {"DNS:other.test"}}), server_options());
  EXPECT_EQ(fault_, Fault::Refused);
  EXPECT_THAT(receipt.detail, HasSubstr("certificate is for other.test and not for 127.0.0.1"));
  EXPECT_EQ(received_, "");
}

TEST_P(TlsCollector, RefusesAnExpiredCertificate) {
  const Receipt receipt = deliver_to(
      ca_.issue({.names = {"IP:127.0.0.1"}, .valid_from = -hours(48), .expires = -hours(24)}),
      server_options());
  EXPECT_EQ(fault_, Fault::Refused);
  EXPECT_THAT(receipt.detail, HasSubstr("certificate expired at 20"));
}

TEST_P(TlsCollector, RefusesACertificateNotYetValid) {
  const Receipt receipt = deliver_to(
      ca_.issue({.names = {"IP:127.0.0.1"}, .valid_from = hours(24), .expires = hours(48)}),
      server_options());
  EXPECT_EQ(fault_, Fault::Refused);
  EXPECT_THAT(receipt.detail, HasSubstr("not valid before 20"));
}

TEST_P(TlsCollector, RefusesASelfSignedCertificateUntilItsFingerprintIsGiven) {
  const TestCertificate certificate = TestCertificate::self_signed({.names = {"DNS:x.test"}});
  const std::string pin = "?fingerprint=" + format_fingerprint(certificate.fingerprint());
  const Receipt refused = deliver_to(certificate, server_options());
  EXPECT_EQ(fault_, Fault::Refused);
  EXPECT_THAT(refused.detail,
              AllOf(HasSubstr("self-signed"), HasSubstr("--collector-ca-file"), HasSubstr(pin)));
  EXPECT_EQ(deliver_to(certificate, server_options(), pin).verdict, Verdict::Consumed);
  EXPECT_EQ(received_, "3 one3 two");
}

TEST_P(TlsCollector, WarnsOnceOfACertificateThatItMayNotVerify) {
  const TestCertificate certificate = TestCertificate::self_signed({});
  EXPECT_EQ(deliver_to(certificate, server_options(), "?insecure=1").verdict, Verdict::Consumed);
  EXPECT_THAT(log_text_, HasSubstr("certificate is not verified"));
}

TEST_P(TlsCollector, ShowsItsClientCertificate) {
  TestTlsServer::Options options = server_options();
  options.client_authority = &ca_;
  use_client_certificate(ca_.issue({.common_name = "client"}));
  EXPECT_EQ(deliver_to(certificate_, options).verdict, Verdict::Consumed);
  EXPECT_EQ(received_, "3 one3 two");
}

TEST_P(TlsCollector, TellsThatAClientCertificateIsDemanded) {
  TestTlsServer::Options options = server_options();
  options.client_authority = &ca_;
  const Receipt receipt = deliver_to(certificate_, options);
  EXPECT_EQ(fault_, Fault::Refused);
  const std::string alert =
      GetParam() == TLS1_2_VERSION ? "handshake failure" : "certificate required";
  EXPECT_THAT(receipt.detail,
              EndsWith(": the collector demands a client certificate (alert \"" + alert +
                       "\"); give --collector-certificate and --collector-key"));
}

TEST_P(TlsCollector, TellsOfItsRefusalWhereThereIsNothingToSend) {
  TestTlsServer::Options options = server_options();
  options.client_authority = &ca_;
  TestServer server([&](FileDescriptor peer) {
    TestTlsServer tls(certificate_, options, peer.get());
    EXPECT_FALSE(tls.shake_hands());
  });
  const Error error = error_of([&] {
    const auto target = collector("tls://" + server.address());
    target->open();
    (void)target->wait_for_receipt();
  });
  EXPECT_EQ(error.fault(), Fault::Refused);
  EXPECT_THAT(error.what(), HasSubstr("the collector demands a client certificate"));
}

TEST_P(TlsCollector, TellsOfItsRefusalThoughAResetFollows) {
  TestTlsServer::Options options = server_options();
  options.client_authority = &ca_;
  TestServer server([&](FileDescriptor peer) {
    TestTlsServer tls(certificate_, options, peer.get());
    EXPECT_FALSE(tls.shake_hands());
    reset_connection(std::move(peer));
  });
  const Error error = error_of([&] {
    const auto target = collector("tls://" + server.address());
    target->open();
    for (int i = 0; i < 100; ++i) target->send(bulk(100));
    (void)target->wait_for_receipt();
  });
  EXPECT_EQ(error.fault(), Fault::Refused);
  EXPECT_THAT(error.what(), HasSubstr("the collector demands a client certificate"));
}

TEST_P(TlsCollector, TellsThatItsClientCertificateIsRefused) {
  TestTlsServer::Options options = server_options();
  options.client_authority = &ca_;
  const TestCertificate other = TestCertificate::authority("Other Authority");
  use_client_certificate(other.issue({.common_name = "client"}));
  const Receipt receipt = deliver_to(certificate_, options);
  EXPECT_EQ(fault_, Fault::Refused);
  EXPECT_THAT(
      receipt.detail,
      EndsWith(": the collector refuses the client certificate (alert \"unknown ca\"); give "
               "one that it accepts with --collector-certificate and --collector-key"));
  EXPECT_EQ(fault_, Fault::Refused) << "sending again is no use";
}

TEST_P(TlsCollector, TellsOfABadFileBeforeItConnects) {
  tls_.certificate_file = directory_.path() / "missing.pem";
  const Error error = open_error("tls://nonsense.invalid");
  EXPECT_EQ(error.fault(), Fault::Configuration);
  EXPECT_THAT(error.what(), HasSubstr("missing.pem"));
}

TEST_P(TlsCollector, IsConsumedByAPeerThatEndsWithAFinOnly) {
  TestServer server =
      tls_server([&](TestTlsServer& tls, int) { received_ = tls.read_until_close_notify(); });
  const Receipt receipt = deliver("tls://" + server.address(), {"one"});
  EXPECT_EQ(receipt.verdict, Verdict::Consumed) << receipt.detail;
}

TEST_P(TlsCollector, IsConsumedByAPeerThatOnlyAnswersAFin) {
  options_.close_timeout = seconds(8);  // the FIN comes after half of it
  TestServer server = tls_server([&](TestTlsServer& tls, int peer) {
    received_ = tls.read_until_close_notify();
    wait_for_end(peer);
  });
  const Receipt receipt = deliver("tls://" + server.address(), {"one"});
  EXPECT_EQ(receipt.verdict, Verdict::Consumed) << receipt.detail;
}

TEST_P(TlsCollector, IsAckedByAPeerThatEndsItsTlsStreamButNotItsConnection) {
  options_.close_timeout = seconds(1);
  std::promise<void> finished;
  TestServer server = tls_server([&](TestTlsServer& tls, int) {
    (void)tls.read_until_close_notify();
    tls.send_close_notify();
    finished.get_future().wait();
  });
  const Receipt receipt = deliver("tls://" + server.address(), {"one"});
  finished.set_value();
  EXPECT_EQ(receipt.verdict, Verdict::Acked);
  EXPECT_THAT(receipt.detail, HasSubstr("did not close its side"));
}

TEST_P(TlsCollector, IsNoMoreThanAckedByAPeerThatEndsItsTlsStreamWithoutReading) {
  options_.close_timeout = milliseconds(200);
  std::promise<void> finished;
  TestServer server = tls_server([&](TestTlsServer& tls, int peer) {
    await_unread_end(peer, "3 one");
    tls.send_close_notify();
    finished.get_future().wait();
  });
  const Receipt receipt = deliver("tls://" + server.address(), {"one"});
  finished.set_value();
  EXPECT_EQ(receipt.verdict, Verdict::Acked);
}

TEST_P(TlsCollector, FailsWhereThePeerEndsItsTlsStreamAndClosesWithoutReading) {
  TestServer server = tls_server([&](TestTlsServer& tls, int peer) {
    await_unread_end(peer, "3 one");
    tls.send_close_notify();
  });
  const Receipt receipt = deliver("tls://" + server.address(), {"one"});
  EXPECT_EQ(receipt.verdict, Verdict::Failed);
}

TEST_P(TlsCollector, IsAckedByAPeerThatNeverEnds) {
  options_.close_timeout = milliseconds(50);
  std::promise<void> finished;
  TestServer server = tls_server([&](TestTlsServer&, int) { finished.get_future().wait(); });
  const Receipt receipt = deliver("tls://" + server.address(), {"one"});
  finished.set_value();
  EXPECT_EQ(receipt.verdict, Verdict::Acked);
}

TEST_P(TlsCollector, FailsWhereThePeerClosesWithoutReading) {
  std::promise<void> sent;
  TestServer server = tls_server([&](TestTlsServer& tls, int) {
    (void)tls.read_bytes(1);
    sent.get_future().wait();
  });
  const auto target = collector("tls://" + server.address());
  target->open();
  target->send(bulk(100));
  sent.set_value();
  EXPECT_EQ(target->wait_for_receipt().verdict, Verdict::Failed);
}

TEST_P(TlsCollector, FailsWhereThePeerEndsFirst) {
  std::promise<void> ended;
  TestServer server = tls_server([&](TestTlsServer& tls, int peer) {
    EXPECT_EQ(tls.read_bytes(5), "3 one");
    tls.send_close_notify();
    ended.set_value();
    wait_for_end(peer);
  });
  const auto target = collector("tls://" + server.address());
  target->open();
  target->send(batch({"one"}));
  ended.get_future().wait();
  const Receipt receipt = target->wait_for_receipt();
  EXPECT_EQ(receipt.verdict, Verdict::Failed);
  EXPECT_THAT(receipt.detail, HasSubstr("closed the connection"));
}

TEST_P(TlsCollector, DeliversManyMegabytesWhole) {
  TestServer server = tls_server([&](TestTlsServer& tls, int) {
    received_ = tls.read_until_close_notify();
    tls.send_close_notify();
  });
  const auto target = collector("tls://" + server.address());
  target->open();
  const auto lines = bulk(500);
  for (int i = 0; i < 20; ++i) target->send(lines);
  const Receipt receipt = target->wait_for_receipt();
  server.join();
  EXPECT_EQ(receipt.verdict, Verdict::Consumed) << receipt.detail;
  EXPECT_EQ(received_.size(), 20U * 500U * 1005U);
}

/// New keys in the middle of a connection, for which each version has its own way.
class TlsKeyUpdate : public TlsCollector {};
class TlsRenegotiation : public TlsCollector {};
INSTANTIATE_TEST_SUITE_P(Tls13, TlsKeyUpdate, testing::Values(TLS1_3_VERSION));
INSTANTIATE_TEST_SUITE_P(Tls12, TlsRenegotiation, testing::Values(TLS1_2_VERSION));

TEST_P(TlsKeyUpdate, IsFollowedInTheMiddleOfTheLines) {
  std::string received;
  TestServer server = tls_server([&](TestTlsServer& tls, int) {
    received += tls.read_bytes(100'000);
    tls.request_new_keys();
    received += tls.read_until_close_notify();
    tls.send_close_notify();
  });
  const auto target = collector("tls://" + server.address());
  target->open();
  for (int i = 0; i < 10; ++i) target->send(bulk(100));
  const Receipt receipt = target->wait_for_receipt();
  server.join();
  EXPECT_EQ(receipt.verdict, Verdict::Consumed) << receipt.detail;
  EXPECT_EQ(received.size(), 10 * 100 * std::string("1000 ").size() + 10 * 100 * 1000);
}

TEST_P(TlsRenegotiation, IsDeniedAndNothingCountsAsDelivered) {
  TestServer server = tls_server([&](TestTlsServer& tls, int peer) {
    (void)tls.read_bytes(1);
    tls.request_new_keys();
    (void)tls.read_until_close_notify();  // OpenSSL ends the connection when it is denied one
    wait_for_end(peer);
  });
  const auto target = collector("tls://" + server.address());
  target->open();
  const Error error = send_until_error(*target);
  EXPECT_EQ(error.fault(), Fault::Unconfirmed) << error.what();
  EXPECT_EQ(target->wait_for_receipt().verdict, Verdict::Failed);
}

TEST_P(TlsCollector, TellsOfAServerThatStallsInTheHandshake) {
  options_.connect_timeout = milliseconds(500);
  std::promise<void> finished;
  TestServer server([&](FileDescriptor) { finished.get_future().wait(); });
  const Error error = open_error("tls://" + server.address());
  finished.set_value();
  EXPECT_EQ(error.fault(), Fault::Unreachable);
  EXPECT_THAT(error.what(), HasSubstr("handshake took too long"));
  EXPECT_TRUE(may_pass(error.fault()));
}

TEST_P(TlsCollector, TellsOfAServerThatClosesInTheHandshake) {
  TestServer server([](FileDescriptor peer) { (void)read_bytes(peer.get(), 100); });
  const Error error = open_error("tls://" + server.address());
  EXPECT_THAT(error.what(),
              AnyOf(HasSubstr("closed the connection during"), HasSubstr("Connection reset")));
}

TEST_P(TlsCollector, TellsOfAServerWithoutTls) {
  TestServer server([](FileDescriptor peer) {
    (void)::send(peer.get(), "220 hello\r\n", 11, MSG_NOSIGNAL);
    wait_for_end(peer.get());
  });
  const Error error = open_error("tls://" + server.address());
  EXPECT_THAT(error.what(), HasSubstr("use tcp://"));
}

}  // namespace
}  // namespace vrni2syslog
