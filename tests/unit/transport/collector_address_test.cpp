#include "transport/collector_address.h"

#include "base/error.h"
#include "support/error_of.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace vrni2syslog {
namespace {

using testing::HasSubstr;

const std::string kFingerprint =
    "sha256:00112233445566778899aabbccddeeff0123456789abcdeffedcba9876543210";

Endpoint parse_one(const std::string& text, const TlsSettings& tls = {}) {
  const CollectorAddress address = parse_collector(text, tls);
  EXPECT_EQ(address.size(), 1U);
  return address.at(0);
}

struct GoodAddress {
  const char* text;
  const char* host;
  int port;
  const char* path;
  Framing framing;
  const char* display_name;
};

class GoodAddresses : public testing::TestWithParam<GoodAddress> {};

TEST_P(GoodAddresses, AreRead) {
  const GoodAddress& row = GetParam();
  const Endpoint endpoint = parse_one(row.text);
  EXPECT_EQ(endpoint.host, row.host);
  EXPECT_EQ(endpoint.port, row.port);
  EXPECT_EQ(endpoint.path, row.path);
  EXPECT_EQ(endpoint.framing, row.framing);
  EXPECT_EQ(endpoint.display_name(), row.display_name);
}

INSTANTIATE_TEST_SUITE_P(
    Table, GoodAddresses,
    testing::Values(
        GoodAddress{"tls://a.test", "a.test", 6514, "", Framing::Octet, "tls://a.test:6514"},
        GoodAddress{"TLS://A.test:1/", "A.test", 1, "", Framing::Octet, "tls://A.test:1"},
        GoodAddress{" tcp://a  ", "a", 514, "", Framing::Lf, "tcp://a:514"},
        GoodAddress{"tcp://a", "a", 514, "", Framing::Lf, "tcp://a:514"},
        GoodAddress{"tcp://192.0.2.7:65535", "192.0.2.7", 65535, "", Framing::Lf,
                    "tcp://192.0.2.7:65535"},
        GoodAddress{"udp://a_b.test", "a_b.test", 514, "", Framing::Lf, "udp://a_b.test:514"},
        GoodAddress{"tls://[2001:db8::7]", "2001:db8::7", 6514, "", Framing::Octet,
                    "tls://[2001:db8::7]:6514"},
        GoodAddress{"tls://[2001:db8::7]:99", "2001:db8::7", 99, "", Framing::Octet,
                    "tls://[2001:db8::7]:99"},
        GoodAddress{"tcp://[fe80::1%25eth0]", "fe80::1%eth0", 514, "", Framing::Lf,
                    "tcp://[fe80::1%eth0]:514"},
        GoodAddress{"tls://a?framing=lf", "a", 6514, "", Framing::Lf, "tls://a:6514"},
        GoodAddress{"tcp://a?framing=octet", "a", 514, "", Framing::Octet, "tcp://a:514"},
        GoodAddress{"tcp://a:5/?framing=nul", "a", 5, "", Framing::Nul, "tcp://a:5"},
        GoodAddress{"relp://a", "a", 2514, "", Framing::Lf, "relp://a:2514"},
        GoodAddress{"relps://a:20514?insecure=1", "a", 20514, "", Framing::Lf, "relps://a:20514"},
        GoodAddress{"cfapi://a?user=b@c.test", "a", 9543, "", Framing::Lf, "cfapi://a:9543"},
        GoodAddress{"cfapi+http://a", "a", 9000, "", Framing::Lf, "cfapi+http://a:9000"},
        GoodAddress{"unix:///dev/log", "", 0, "/dev/log", Framing::Lf, "unix:///dev/log"},
        GoodAddress{"file:///a%20b/c%2Cd%25", "", 0, "/a b/c,d%", Framing::Lf, "file:///a b/c,d%"},
        GoodAddress{"-", "", 0, "", Framing::Lf, "standard output"}));

struct BadAddress {
  const char* text;
  const char* complaint;
};

class BadAddresses : public testing::TestWithParam<BadAddress> {};

TEST_P(BadAddresses, AreRefusedWithTheReason) {
  const Error error = error_of([&] { (void)parse_collector(GetParam().text, {}); });
  EXPECT_EQ(error.fault(), Fault::Usage) << GetParam().text;
  EXPECT_THAT(error.what(), HasSubstr(GetParam().complaint)) << GetParam().text;
}

INSTANTIATE_TEST_SUITE_P(
    Table, BadAddresses,
    testing::Values(
        BadAddress{"cfapi://svc:pw@log.test", "?user=NAME"}, BadAddress{"", "is empty"},
        BadAddress{"tls://a,", "is empty"}, BadAddress{",tls://a", "is empty"},
        BadAddress{"a.test", "lacks a scheme"}, BadAddress{"a.test:514", "lacks a scheme"},
        BadAddress{"://a", "lacks a scheme"},
        BadAddress{"ftp://a",
                   "there are: tls://, tcp://, udp://, relp://, relps://, cfapi://, "
                   "cfapi+http://, "
                   "kafka://, kafka+tls://, unix://, file://, -"},
        BadAddress{"relpx://a", "unknown scheme"}, BadAddress{"-://", "unknown scheme"},
        BadAddress{"tls://", "write a host name"}, BadAddress{"tls://:514", "write a host name"},
        BadAddress{"tls://a b", "write a host name"}, BadAddress{"tls://-a", "write a host name"},
        BadAddress{"tls://[nonsense]", "write a host name"},
        BadAddress{"tls://h\xc3\xa9.test", "xn--"}, BadAddress{"tls://a, ,tls://b", "is empty"},
        BadAddress{"tls://2001:db8::7", "in brackets"}, BadAddress{"tls://[::1", "without a ']'"},
        BadAddress{"tls://[::1]x", "what follows the ']'"},
        BadAddress{"tls://[::1]:", "port is missing"}, BadAddress{"tls://a:", "port is missing"},
        BadAddress{"tls://a:0", "not a port"}, BadAddress{"tls://a:65536", "not a port"},
        BadAddress{"tls://a:514x", "not a port"}, BadAddress{"tls://a:-1", "not a port"},
        BadAddress{"tls://a:99999999999999999999", "not a port"},
        BadAddress{"tls://u:p@a", "\"a\": it has a user name"},
        BadAddress{"tls://u:p,q@a", "\"a\": it has a user name"},
        BadAddress{"tls://u:p?q@a", "\"a\": it has a user name"},
        BadAddress{"tls://u:p/q@a", "\"a\": it has a user name"},
        BadAddress{"tls://a/path", "takes no path"}, BadAddress{"tls://a#b", "'#'"},
        BadAddress{"tls://a%", "two hexadecimal digits"},
        BadAddress{"tls://a%g0", "two hexadecimal digits"},
        BadAddress{"tls://a%+1", "two hexadecimal digits"},
        BadAddress{"file:///a%00", "control character"},
        BadAddress{"file:///a%0a", "control character"},
        BadAddress{"file://host/path", "absolute path"}, BadAddress{"file:///", "absolute path"},
        BadAddress{"unix://dev/log", "absolute path"}, BadAddress{"file://", "absolute path"},
        BadAddress{"tls://a?framing", "NAME=VALUE"}, BadAddress{"tls://a?=x", "NAME=VALUE"},
        BadAddress{"tls://a?&", "NAME=VALUE"}, BadAddress{"tls://a?framing=LF", "not a framing"},
        BadAddress{"tls://a?framing=lf&framing=lf", "given twice"},
        BadAddress{"tls://a?frame=lf",
                   "framing, ca-file, fingerprint, insecure, cert, key, format"},
        BadAddress{"udp://a?framing=lf", "options of udp:// are: format"},
        BadAddress{"relp://a?framing=octet", "options of relp:// are: format"},
        BadAddress{"relps://a?framing=lf",
                   "relps:// are: ca-file, fingerprint, insecure, cert, key, format"},
        BadAddress{"tcp://a?insecure=1", "options of tcp:// are: framing, format"},
        BadAddress{"tls://a?insecure=yes", "1 or 0"}, BadAddress{"tls://a?cert=", "is empty"},
        BadAddress{"tls://a?format=", "is empty"},
        BadAddress{"tls://a?format=x,tls://b",
                   "the addresses tls://a:6514,tls://b:6514 are of one collector, but have "
                   "different formats"},
        BadAddress{"tcp://a?format=x,tcp://b?format=y", "have different formats"},
        BadAddress{"tls://a?fingerprint=sha256:12", "not a certificate fingerprint"}));

TEST(Endpoint, NeverQuotesTheQueryInAComplaint) {
  const Error error = error_of([&] { (void)parse_collector("tls://a:0?key=/private/place", {}); });
  EXPECT_EQ(std::string(error.what()).find("private"), std::string::npos);
}

TEST(Endpoint, MakesHostileTextPrintable) {
  const Error error = error_of([&] { (void)parse_collector("tls://a\x1b[2J\nb", {}); });
  EXPECT_EQ(std::string(error.what()).find_first_of("\x1b\n"), std::string::npos);
}

TEST(CollectorAddress, ListsWhereToFailOverTo) {
  const CollectorAddress address =
      parse_collector("tls://a, tcp://b:99?framing=octet ,file:///c", {});
  ASSERT_EQ(address.size(), 3U);
  EXPECT_EQ(address[0].display_name(), "tls://a:6514");
  EXPECT_EQ(address[1].display_name(), "tcp://b:99");
  EXPECT_EQ(address[1].framing, Framing::Octet);
  EXPECT_EQ(address[2].display_name(), "file:///c");
}

TEST(CollectorAddress, HasALimit) {
  std::string text = "tcp://a";
  for (int i = 0; i < 100; ++i) text += ",tcp://a";
  const Error error = error_of([&] { (void)parse_collector(text, {}); });
  EXPECT_EQ(error.fault(), Fault::Usage);
  EXPECT_STREQ(error.what(), "more than 32 addresses for one collector");
}

TEST(CollectorAddress, LimitsLinesToWhatEveryEndpointCarries) {
  EXPECT_GT(max_line_bytes(parse_collector("tcp://a,file:///b", {})), 1'000'000U);
  EXPECT_EQ(max_line_bytes(parse_collector("tcp://a,udp://b", {})), 2048U);
}

TEST(CollectorAddress, NamesTheFormatOfItsLines) {
  EXPECT_EQ(line_format_of(parse_collector("tls://a", {}), "run's"), "run's");
  EXPECT_EQ(line_format_of(parse_collector("tls://a?format=x&framing=lf", {}), "run's"), "x");
  EXPECT_EQ(line_format_of(parse_collector("udp://a?format=x,file:///b?format=x", {}), "run's"),
            "x");
  EXPECT_EQ(line_format_of(parse_collector("-", {}), "run's"), "run's");
}

class EndpointTls : public testing::Test {
 protected:
  EndpointTls() {
    common_.ca_file = "/common/ca";
    common_.certificate_file = "/common/cert";
    common_.key_file = "/common/key";
  }
  TlsSettings common_;
};

TEST_F(EndpointTls, TakesTheCommonSettings) {
  const Endpoint endpoint = parse_one("tls://a", common_);
  EXPECT_EQ(endpoint.tls.ca_file, "/common/ca");
  EXPECT_EQ(endpoint.tls.key_file, "/common/key");
}

TEST_F(EndpointTls, ReadsAllOptionsOfTheQuery) {
  const Endpoint endpoint = parse_one(
      "tls://a?ca-file=/my%20ca&cert=/my/cert&key=/my/key&fingerprint=" + kFingerprint, common_);
  EXPECT_EQ(endpoint.tls.ca_file, "/my ca");
  EXPECT_EQ(endpoint.tls.certificate_file, "/my/cert");
  EXPECT_EQ(endpoint.tls.key_file, "/my/key");
  ASSERT_TRUE(endpoint.tls.fingerprint);
  EXPECT_EQ(format_fingerprint(*endpoint.tls.fingerprint), kFingerprint);
}

TEST_F(EndpointTls, ReplacesTheCommonTrustAsAWhole) {
  common_.fingerprint = parse_fingerprint(kFingerprint);
  const Endpoint own_ca = parse_one("tls://a?ca-file=/my/ca", common_);
  EXPECT_FALSE(own_ca.tls.fingerprint);
  EXPECT_EQ(own_ca.tls.certificate_file, "/common/cert");
  const Endpoint insecure = parse_one("tls://a?insecure=1", common_);
  EXPECT_TRUE(insecure.tls.is_insecure);
  EXPECT_FALSE(insecure.tls.fingerprint);
  EXPECT_TRUE(insecure.tls.ca_file.empty());
}

TEST_F(EndpointTls, ReplacesTheCommonIdentityAsAWhole) {
  const Endpoint endpoint = parse_one("tls://a?cert=/my/both", common_);
  EXPECT_EQ(endpoint.tls.certificate_file, "/my/both");
  EXPECT_TRUE(endpoint.tls.key_file.empty());
  EXPECT_EQ(endpoint.tls.ca_file, "/common/ca");
}

TEST_F(EndpointTls, CanBeSecureForOneCollectorDespiteInsecure) {
  common_.is_insecure = true;
  EXPECT_FALSE(parse_one("tls://a?insecure=0", common_).tls.is_insecure);
}

}  // namespace
}  // namespace vrni2syslog
