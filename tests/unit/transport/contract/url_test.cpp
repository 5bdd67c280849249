#include "transport/contract/url.h"

#include "base/error.h"
#include "support/error_of.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace vrni2syslog {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;
using testing::Pair;

TEST(Url, IsTakenApart) {
  const Url url = parse_url("TLS://host.test:6514/a/b?one=1&two=");
  EXPECT_EQ(url.scheme, "tls");
  EXPECT_EQ(url.host, "host.test");
  EXPECT_FALSE(url.is_host_in_brackets);
  EXPECT_EQ(url.port, "6514");
  EXPECT_EQ(url.path, "/a/b");
  EXPECT_THAT(url.query, ElementsAre(Pair("one", "1"), Pair("two", "")));
}

TEST(Url, KeepsABracketedHostFromItsPort) {
  const Url url = parse_url("tcp://[::1]:5");
  EXPECT_EQ(url.host, "::1");
  EXPECT_TRUE(url.is_host_in_brackets);
  EXPECT_EQ(url.port, "5");
}

TEST(Url, DecodesWhatIsPercentEncodedOnce) {
  const Url url = parse_url("file:///%41%2525?n%61me=%26%3d%3F");
  EXPECT_EQ(url.path, "/A%25");
  EXPECT_THAT(url.query, ElementsAre(Pair("name", "&=?")));
}

TEST(Url, TakesASlashOfTheQueryForNoPath) {
  const Url url = parse_url("tls://host?ca-file=/etc/ca.pem");
  EXPECT_EQ(url.path, "");
  EXPECT_THAT(url.query, ElementsAre(Pair("ca-file", "/etc/ca.pem")));
}

TEST(Url, RefusesControlCharactersHoweverWritten) {
  EXPECT_THROW((void)parse_url("file:///a\nb"), Error);
  EXPECT_THROW((void)parse_url("file:///a%0Ab"), Error);
  EXPECT_THROW((void)parse_url("tls://a?ca-file=%00"), Error);
}

TEST(UrlOptions, AreTakenByName) {
  const Url url = parse_url("tls://host?one=1&two=b");
  UrlOptions options(url);
  EXPECT_EQ(options.take("two"), "b");
  EXPECT_EQ(options.take("three"), std::nullopt);
  EXPECT_EQ(options.take_switch("one"), true);
  EXPECT_NO_THROW(options.require_all_taken());
}

TEST(UrlOptions, NameThoseThatThereAreIfOneIsUnknown) {
  const Url url = parse_url("tls://host?one=1&nonsense=2");
  UrlOptions options(url);
  (void)options.take("one");
  (void)options.take("two");
  const Error error = error_of([&] { options.require_all_taken(); });
  EXPECT_EQ(error.fault(), Fault::Usage);
  EXPECT_THAT(error.what(),
              HasSubstr("?nonsense= is unknown; the options of tls:// are: one, two"));
}

TEST(UrlOptions, RefuseValuesThatAreEmptyOrNoSwitch) {
  const Url url = parse_url("tls://host?empty=&number=2");
  UrlOptions options(url);
  EXPECT_THAT(error_of([&] { (void)options.take("empty"); }).what(), HasSubstr("is empty"));
  EXPECT_THAT(error_of([&] { (void)options.take_switch("number"); }).what(),
              HasSubstr("?number= is 1 or 0, not \"2\""));
}

}  // namespace
}  // namespace vrni2syslog
