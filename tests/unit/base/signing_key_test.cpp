#include "base/signing_key.h"

#include "base/error.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <string>
#include <string_view>

namespace vrni2syslog {
namespace {

/// The key of RFC 8032 section 7.1, test 2. What follows it was made by the openssl command.
constexpr std::string_view kPrivatePem =
    "-----BEGIN PRIVATE KEY-----\n"
    "MC4CAQAwBQYDK2VwBCIEIEzNCJso/5banbbDRuwRTg9bijGfNaumJNqM9u1PuKb7\n"
    "-----END PRIVATE KEY-----\n";
constexpr std::string_view kPublicPem =
    "-----BEGIN PUBLIC KEY-----\n"
    "MCowBQYDK2VwAyEAPUAXw+hDiVqStwqnTRt+vJyYLM8uxJaMwM1V8Sr0Zgw=\n"
    "-----END PUBLIC KEY-----\n";

TEST(SigningKey, SignsAsTheStandardSays) {
  const SigningKey key = SigningKey::from_pem(kPrivatePem);
  EXPECT_EQ(
      key.sign("\x72"),
      "kqAJqfDUyrhyDoILX2QlQKKye1QWUD-Ps3YiI-vbadoIWsHkPhWZbkWPNhPQ8R2MOHsurrQwKu6wDSkWErsMAA");
  EXPECT_THAT(key.sign(std::string(100'000, 'x')), testing::SizeIs(86));
}

TEST(SigningKey, HasANameAndAPublicPart) {
  const SigningKey key = SigningKey::from_pem(kPrivatePem);
  EXPECT_EQ(key.id(), "deb2ded39dc26fce");
  EXPECT_EQ(key.public_base64url(), "MCowBQYDK2VwAyEAPUAXw-hDiVqStwqnTRt-vJyYLM8uxJaMwM1V8Sr0Zgw");
  EXPECT_EQ(key.public_pem(), kPublicPem);
  EXPECT_EQ(key.private_pem().reveal(), kPrivatePem);
}

TEST(SigningKey, IsAnotherOneEachTimeThatItIsMade) {
  const SigningKey one = SigningKey::generate();
  EXPECT_NE(one.id(), SigningKey::generate().id());
  EXPECT_EQ(SigningKey::from_pem(one.private_pem().reveal()).id(), one.id());
}

TEST(SigningKey, RefusesWhatIsNoKeyOrAnotherOne) {
  const struct {
    std::string_view pem;
    std::string_view reason;
  } cases[] = {
      {"", "no private key in PEM"},
      {kPublicPem, "no private key in PEM"},
      {kPrivatePem.substr(0, 60), "no private key in PEM"},
      {"-----BEGIN ENCRYPTED PRIVATE KEY-----\n"
       "MIGbMFcGCSqGSIb3DQEFDTBKMCkGCSqGSIb3DQEFDDAcBAgEMWWEesNDTAICCAAw\n"
       "DAYIKoZIhvcNAgkFADAdBglghkgBZQMEASoEENuGnF2wFwmsq4/z/cOb68EEQFts\n"
       "EqD34Qj1g6yPJKENAL2hhphWcpdBDEs2Dy8VhZ3sm8d36ZufQ8qNN4yJquadJv2V\n"
       "47cXYrwB3kWib8bPq84=\n"
       "-----END ENCRYPTED PRIVATE KEY-----\n",
       "needs a password"},
      {"-----BEGIN PRIVATE KEY-----\n"
       "MC4CAQAwBQYDK2VuBCIEIKAGmvv/3RakoRjTyDghGIHaknTh5MOn8zwq99CYYpJu\n"
       "-----END PRIVATE KEY-----\n",
       "not an Ed25519 key"},
  };
  for (const auto& one : cases) {
    try {
      static_cast<void>(SigningKey::from_pem(one.pem));
      ADD_FAILURE() << one.reason;
    } catch (const Error& error) {
      EXPECT_EQ(error.fault(), Fault::Configuration);
      EXPECT_THAT(error.what(), testing::HasSubstr(std::string(one.reason)));
    }
  }
}

}  // namespace
}  // namespace vrni2syslog
