#include "tls/tls_settings.h"

#include "base/error.h"
#include "support/error_of.h"

#include <gtest/gtest.h>

namespace vrni2syslog {
namespace {

const std::string kDigits = "00112233445566778899aabbccddeeff0123456789abcdeffedcba9876543210";

TEST(Fingerprint, IsReadWithoutColons) {
  const Sha256Digest digest = parse_fingerprint("sha256:" + kDigits);
  EXPECT_EQ(digest.front(), 0x00);
  EXPECT_EQ(digest[15], 0xff);
  EXPECT_EQ(digest.back(), 0x10);
}

TEST(Fingerprint, IsReadAsOpensslPrintsIt) {
  std::string with_colons = "SHA256:";
  for (std::size_t i = 0; i < kDigits.size(); i += 2) {
    if (i > 0) with_colons += ':';
    for (const char digit : kDigits.substr(i, 2))
      with_colons += static_cast<char>(std::toupper(static_cast<unsigned char>(digit)));
  }
  EXPECT_EQ(parse_fingerprint(with_colons), parse_fingerprint("sha256:" + kDigits));
}

TEST(Fingerprint, IsWrittenInLowerCaseWithoutColons) {
  EXPECT_EQ(format_fingerprint(parse_fingerprint("sha256:" + kDigits)), "sha256:" + kDigits);
}

class BadFingerprint : public testing::TestWithParam<std::string> {};

TEST_P(BadFingerprint, IsRefused) {
  const Error error = error_of([&] { (void)parse_fingerprint(GetParam()); });
  EXPECT_EQ(error.fault(), Fault::Usage);
}

INSTANTIATE_TEST_SUITE_P(Table, BadFingerprint,
                         testing::Values("", "sha256:", kDigits, "sha1:" + kDigits,
                                         "sha256:" + kDigits.substr(2), "sha256:" + kDigits + "00",
                                         "sha256:" + kDigits + ":", "sha256::" + kDigits,
                                         "sha256:0g" + kDigits.substr(2),
                                         "sha256:0:0" + kDigits.substr(2)));

}  // namespace
}  // namespace vrni2syslog
