#include "http/curl_failure.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace vrni2syslog {
namespace {

using testing::HasSubstr;
using testing::Not;

TEST(CurlFailure, MeansSomethingElseBeforeARequestCouldBeSent) {
  struct Row {
    CURLcode code;
    HttpOutcome before;
    HttpOutcome after;
  };
  for (const auto& [code, before, after] :
       {Row{CURLE_OK, HttpOutcome::Answered, HttpOutcome::Answered},
        Row{CURLE_COULDNT_RESOLVE_HOST, HttpOutcome::CannotConnect, HttpOutcome::CannotConnect},
        Row{CURLE_COULDNT_CONNECT, HttpOutcome::CannotConnect, HttpOutcome::CannotConnect},
        Row{CURLE_PEER_FAILED_VERIFICATION, HttpOutcome::CertificateRefused,
            HttpOutcome::CertificateRefused},
        Row{CURLE_OPERATION_TIMEDOUT, HttpOutcome::CannotConnect, HttpOutcome::TimedOut},
        Row{CURLE_FILESIZE_EXCEEDED, HttpOutcome::TooLarge, HttpOutcome::TooLarge},
        Row{CURLE_BAD_CONTENT_ENCODING, HttpOutcome::CannotConnect, HttpOutcome::Undecodable},
        Row{CURLE_WEIRD_SERVER_REPLY, HttpOutcome::CannotConnect, HttpOutcome::Undecodable},
        Row{CURLE_UNSUPPORTED_PROTOCOL, HttpOutcome::CannotConnect, HttpOutcome::Undecodable},
        Row{CURLE_WRITE_ERROR, HttpOutcome::CannotConnect, HttpOutcome::Undecodable},
        Row{CURLE_RECV_ERROR, HttpOutcome::CannotConnect, HttpOutcome::CutOff},
        Row{CURLE_GOT_NOTHING, HttpOutcome::CannotConnect, HttpOutcome::CutOff}}) {
    EXPECT_EQ(outcome_of(code, false, 0, ""), before) << code;
    EXPECT_EQ(outcome_of(code, true, 0, ""), after) << code;
  }
}

TEST(CurlFailure, TellsALoginThatTheProxyRefusesFromOtherFailuresOfIts) {
  EXPECT_EQ(outcome_of(CURLE_RECV_ERROR, false, 407, ""), HttpOutcome::ProxyLoginRefused);
  EXPECT_EQ(outcome_of(CURLE_COULDNT_CONNECT, false, 407, ""), HttpOutcome::ProxyLoginRefused);
  EXPECT_EQ(outcome_of(CURLE_RECV_ERROR, false, 502, ""), HttpOutcome::CannotConnect);
  EXPECT_EQ(outcome_of(CURLE_RECV_ERROR, true, 200, ""), HttpOutcome::CutOff);
  EXPECT_EQ(outcome_of(CURLE_OK, true, 407, ""), HttpOutcome::Answered);
}

TEST(CurlFailure, IsNoBrokenConnectionIfAChunkHasNoSize) {
  constexpr std::string_view kReason =
      "Illegal or missing hexadecimal sequence in chunked-encoding";
  EXPECT_EQ(outcome_of(CURLE_RECV_ERROR, true, 0, kReason), HttpOutcome::Undecodable);
  EXPECT_EQ(outcome_of(CURLE_RECV_ERROR, false, 0, kReason), HttpOutcome::CannotConnect);
  EXPECT_EQ(outcome_of(CURLE_RECV_ERROR, true, 0, "Recv failure: Connection reset by peer"),
            HttpOutcome::CutOff);
}

TEST(CurlFailure, IsToldWithItsRemedy) {
  struct Row {
    HttpOutcome outcome;
    CurlFailure failure;
    const char* text;
  };
  CurlFailure plain;
  plain.reason = "Connection refused\n";
  CurlFailure proxy = plain;
  proxy.proxy_status = 502;
  CurlFailure proxys_certificate = plain;
  proxys_certificate.is_proxys_certificate = true;
  CurlFailure refused = plain;
  refused.refusal = "self-signed; trust it with --platform-ca-file";
  const auto alert = [](std::string_view reason) {
    CurlFailure failure;
    failure.reason = reason;
    return failure;
  };
  CurlFailure large = plain;
  large.max_response_bytes = 32UL * 1024 * 1024;
  for (const auto& [outcome, failure, text] :
       {Row{HttpOutcome::CannotConnect, plain, "cannot connect (Connection refused"},
        Row{HttpOutcome::CannotConnect, proxy, "the proxy refuses to connect (502)"},
        Row{HttpOutcome::ProxyLoginRefused, proxy, "the proxy refuses the login (407)"},
        Row{HttpOutcome::CertificateRefused, proxys_certificate, "certificate of the https proxy"},
        Row{HttpOutcome::CertificateRefused, refused, "trust it with --platform-ca-file"},
        Row{HttpOutcome::CertificateRefused, plain, "Connection refused"},
        Row{HttpOutcome::TimedOut, plain, "--resolution"},
        Row{HttpOutcome::CutOff, plain, "before the answer was whole"},
        Row{HttpOutcome::CertificateRefused, alert("tlsv13 alert certificate required"),
            "demands a client certificate"},
        Row{HttpOutcome::CertificateRefused, alert("tlsv1 alert no application protocol"),
            "HTTP/2 only"},
        Row{HttpOutcome::CannotConnect, alert("sslv3 alert handshake failure"),
            "may demand a client certificate"},
        Row{HttpOutcome::CannotConnect,
            alert("getpeername() failed with errno 107: Transport endpoint is not connected"),
            "may demand a client certificate"},
        Row{HttpOutcome::CertificateRefused, alert("SSL routines::tlsv1 alert protocol version"),
            "neither TLS 1.2 nor TLS 1.3"},
        Row{HttpOutcome::CertificateRefused, alert("SSL routines::unsupported protocol"),
            "neither TLS 1.2 nor TLS 1.3"},
        Row{HttpOutcome::CertificateRefused, alert("SSL routines::dh key too small"),
            "have it use ECDHE, or 2048 bits (SSL routines::dh key too small)"},
        Row{HttpOutcome::CertificateRefused,
            alert("SSL routines::unsafe legacy renegotiation disabled"), "RFC 5746: update it"},
        Row{HttpOutcome::CertificateRefused, alert("SSL routines::tlsv1 unrecognized name"),
            "connect by a name that it knows"},
        Row{HttpOutcome::Undecodable, alert("Received HTTP/0.9 when not allowed"), "HTTP/2 only"},
        Row{HttpOutcome::Undecodable, plain, "cannot be decoded (Connection refused"},
        Row{HttpOutcome::TooLarge, large, "longer than 32 MiB"}}) {
    const std::string told = describe_failure(outcome, failure);
    EXPECT_THAT(told, HasSubstr(text));
    EXPECT_EQ(told.find('\n'), std::string::npos) << "one line";
  }
  EXPECT_EQ(describe_failure(HttpOutcome::Answered, plain), "");
}

TEST(CurlFailure, LastsIfTheServersSettingsAreTheReason) {
  for (const char* const reason :
       {"error:0A00045C:SSL routines::tlsv13 alert certificate required, errno 0",
        "error:0A000460:SSL routines::tlsv1 alert no application protocol",
        "error:0A00042E:SSL routines::tlsv1 alert protocol version",
        "error:0A000102:SSL routines::unsupported protocol",
        "error:0A00018A:SSL routines::dh key too small",
        "error:0A000152:SSL routines::unsafe legacy renegotiation disabled",
        "error:0A000458:SSL routines::tlsv1 unrecognized name"}) {
    EXPECT_TRUE(is_lasting_refusal(reason)) << reason;
  }
  for (const char* const reason : {"error:0A000410:SSL routines::sslv3 alert handshake failure",
                                   "error:0A00010B:SSL routines::wrong version number",
                                   "getpeername() failed with errno 107", ""}) {
    EXPECT_FALSE(is_lasting_refusal(reason)) << reason;
  }
}

TEST(CurlFailure, DoesNotShowThePasswordOfAProxy) {
  CurlFailure failure;
  for (const char* const reason :
       {"Unsupported proxy syntax in 'http://puser:pr0x/ysecret@127.0.0.1:3128'",
        "Unsupported proxy syntax in 'http://puser:pr0x'ysecret@127.0.0.1:3128'",
        "Unsupported proxy scheme for 'htp://puser:pr0xysecret@127.0.0.1'"}) {
    failure.reason = reason;
    const std::string told = describe_failure(HttpOutcome::CannotConnect, failure);
    EXPECT_THAT(told, Not(HasSubstr("pr0x")));
    EXPECT_THAT(told, HasSubstr("Unsupported proxy s"));
  }
  failure.reason = "Could not resolve proxy: 'proxy'";
  EXPECT_THAT(describe_failure(HttpOutcome::CannotConnect, failure), HasSubstr("'proxy'"));
}

TEST(CurlFailure, NamesTheCollectorAndItsOptions) {
  const auto told = [](HttpOutcome outcome, std::string_view reason) {
    CurlFailure failure;
    failure.peer = HttpPeer::Collector;
    failure.reason = reason;
    failure.proxy_status = outcome == HttpOutcome::CannotConnect ? 502 : 0;
    return describe_failure(outcome, failure);
  };
  EXPECT_THAT(told(HttpOutcome::CertificateRefused, "tlsv13 alert certificate required"),
              HasSubstr("give it with --collector-certificate"));
  EXPECT_THAT(told(HttpOutcome::TimedOut, "late"), HasSubstr("--send-timeout"));
  for (const HttpOutcome outcome : {HttpOutcome::CannotConnect, HttpOutcome::ProxyLoginRefused,
                                    HttpOutcome::Undecodable, HttpOutcome::TimedOut}) {
    EXPECT_THAT(told(outcome, "x"), HasSubstr("collector"));
    EXPECT_THAT(told(outcome, "x"), Not(HasSubstr("platform")));
  }
}

}  // namespace
}  // namespace vrni2syslog
