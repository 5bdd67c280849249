#include "transport/schemes.h"

#include "base/error.h"

#include <gtest/gtest.h>

namespace vrni2syslog {
namespace {

constexpr std::string_view kNames[] = {"tls", "tcp", "udp", "relp", "relps", "unix", "file", "-"};

TEST(Schemes, LimitTheLengthOfALineWhereTheProtocolDoes) {
  for (const std::string_view name : kNames) {
    std::size_t limit = kNoLineLimit;
    if (name == "udp") limit = 2048;
    if (name.starts_with("relp")) limit = 131'072;
    EXPECT_EQ(find_scheme(name)->max_line_bytes, limit) << name;
  }
}

TEST(Schemes, AreFoundByName) {
  for (const std::string_view name : kNames) {
    ASSERT_NE(find_scheme(name), nullptr) << name;
    EXPECT_EQ(find_scheme(name)->name, name);
    EXPECT_NE(find_scheme(name)->connect, nullptr) << name;
  }
  EXPECT_EQ(find_scheme("nonsense"), nullptr);
}

TEST(Schemes, AreListedForMessages) {
  EXPECT_EQ(scheme_list(),
            "tls://, tcp://, udp://, relp://, relps://, cfapi://, "
            "cfapi+http://, kafka://, kafka+tls://, unix://, file://, -");
}

[[nodiscard]] Endpoint endpoint_of(const Scheme& scheme, const char* text) {
  Endpoint endpoint;
  endpoint.scheme = scheme.name;
  endpoint.host = "a";
  endpoint.port = 9;
  read_url_options(parse_url(text), scheme, {}, endpoint);
  return endpoint;
}

TEST(Schemes, MayHaveAFormatOfTheirOwnThatOverridesEveryOther) {
  constexpr Scheme kAny{.name = "any"};
  constexpr Scheme kOwn{.name = "own", .own_format = "cfapi"};
  EXPECT_EQ(endpoint_of(kAny, "any://a").format, "");
  EXPECT_EQ(endpoint_of(kAny, "any://a?format=message").format, "message");
  EXPECT_EQ(endpoint_of(kOwn, "own://a").format, "cfapi");
  EXPECT_THROW(static_cast<void>(endpoint_of(kOwn, "own://a?format=message")), Error);
}

TEST(Schemes, ReadTheOptionsOfTheIngestionApi) {
  const Scheme& cfapi = *find_scheme("cfapi");
  const Endpoint usual = endpoint_of(cfapi, "cfapi://a");
  EXPECT_EQ(usual.format, "cfapi");
  EXPECT_EQ(usual.ingestion.api, IngestionApi::V1);
  EXPECT_EQ(usual.ingestion.provider, "Local");
  EXPECT_TRUE(usual.ingestion.is_compressed);
  const Endpoint other =
      endpoint_of(cfapi, "cfapi://a?api=v2&user=u%40d&provider=vIDM&gzip=0&insecure=1");
  EXPECT_EQ(other.format, "cfapi-v2");
  EXPECT_EQ(other.ingestion.api, IngestionApi::V2);
  EXPECT_EQ(other.ingestion.user, "u@d");
  EXPECT_EQ(other.ingestion.provider, "vIDM");
  EXPECT_FALSE(other.ingestion.is_compressed);
  EXPECT_TRUE(other.tls.is_insecure);
  EXPECT_EQ(endpoint_of(cfapi, "cfapi://a?api=vcf9").format, "cfapi");
  EXPECT_EQ(endpoint_of(cfapi, "cfapi://a?api=vcf9&agent=0a-1").ingestion.agent, "0a-1");
  for (const char* bad : {"cfapi://a?api=v2", "cfapi://a?api=V1", "cfapi://a?provider=LDAP",
                          "cfapi://a?agent=a/b", "cfapi://a?gzip=no", "cfapi://a?format=json",
                          "cfapi://a?provider=Local", "cfapi://a?api=vcf9&user=u",
                          "cfapi://a?api=vcf9&provider=vIDM", "cfapi://a?api=v2&user=u&agent=0a-1"})
    EXPECT_THROW(static_cast<void>(endpoint_of(cfapi, bad)), Error) << bad;
  EXPECT_THROW(static_cast<void>(endpoint_of(*find_scheme("cfapi+http"), "cfapi+http://a?cert=x")),
               Error);
}

}  // namespace
}  // namespace vrni2syslog
