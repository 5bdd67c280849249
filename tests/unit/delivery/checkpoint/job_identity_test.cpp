#include "delivery/checkpoint/job_identity.h"

#include "support/error_of.h"
#include "unit/delivery/job_fixture.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>

namespace vrni2syslog {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;

TEST(JobIdentity, HasANameThatStaysTheSameFromVersionToVersion) {
  EXPECT_EQ(default_job_name(two_collectors()), "76c1127eff75402f");
}

TEST(JobIdentity, IsTheSameWhateverTheOrderOfTheCollectors) {
  JobIdentity other = two_collectors();
  std::ranges::reverse(other.collectors);
  EXPECT_EQ(default_job_name(other), default_job_name(two_collectors()));
}

TEST(JobIdentity, HasOneSpellingForAllThatMeanTheSame) {
  struct Case {
    std::string_view given;
    std::string_view spelled;
  };
  for (const Case& one : {
           Case{"tcp://LOCALHOST:514", "tcp://localhost:514"},
           Case{"tcp://localhost.:514", "tcp://localhost:514"},
           Case{"tls://[2001:DB8:0:0::0:1]:6514", "tls://[2001:db8::1]:6514"},
           Case{"tls://[::FFFF:192.0.2.1]:6514", "tls://[::ffff:192.0.2.1]:6514"},
           Case{"udp://[FE80::1%Eth0]:514", "udp://[fe80::1%Eth0]:514"},
           Case{"tls://A:6514,tls://B.:6514?topic=Flows", "tls://a:6514,tls://b:6514?topic=Flows"},
           Case{"tcp://A:514#2", "tcp://a:514#2"},
           Case{"https://VRNI.local:443/api/ni", "https://vrni.local/api/ni"},
           Case{"https://vrni.local:0443/api/ni", "https://vrni.local/api/ni"},
           Case{"https://[2001:DB8::1]:443/api/ni", "https://[2001:db8::1]/api/ni"},
           // These are as they should be.
           Case{"https://vrni.local:8443/api/ni", "https://vrni.local:8443/api/ni"},
           Case{"tls://a:443", "tls://a:443"},
           Case{"file:///Var/Log/A.,B.", "file:///Var/Log/A.,B."},
           Case{"unix:///Dev/Log", "unix:///Dev/Log"},
           Case{"standard output", "standard output"},
           Case{"tcp://[::nonsense]:514", "tcp://[::nonsense]:514"},
           Case{"tcp://.:514", "tcp://.:514"},
           Case{"tcp://[:514", "tcp://[:514"},
           Case{"://", "://"},
           Case{"", ""},
       }) {
    EXPECT_EQ(one_spelling(one.given), one.spelled);
    EXPECT_EQ(one_spelling(one.spelled), one.spelled) << "it is not spelled twice";
  }
}

TEST(JobIdentity, TellsCollectorsApartThatDifferInSpellingOnly) {
  const JobIdentity identity =
      make_job_identity("https://A/api/ni", "", {"tcp://b:514", "tcp://B:514"});
  EXPECT_EQ(identity.platform, "https://a/api/ni");
  EXPECT_THAT(identity.collectors, ElementsAre("tcp://b:514", "tcp://b:514#2"));
}

TEST(JobIdentity, KnowsTheNamesThatItMakes) {
  EXPECT_TRUE(is_default_job_name(default_job_name(two_collectors())));
  for (const char* const name : {"", "nightly", "76c1127eff75402", "76C1127EFF75402F"})
    EXPECT_FALSE(is_default_job_name(name)) << name;
}

TEST(JobIdentity, IsAnotherWithAnythingElseOfIt) {
  const std::string name = default_job_name(two_collectors());
  JobIdentity other = two_collectors();
  other.platform += "x";
  EXPECT_NE(default_job_name(other), name);
  other = two_collectors();
  other.filter = "";
  EXPECT_NE(default_job_name(other), name);
  other = two_collectors();
  other.collectors.pop_back();
  EXPECT_NE(default_job_name(other), name);
  other = two_collectors();
  other.collectors = {"tls://a:6514tcp://b:514"};
  EXPECT_NE(default_job_name(other), name);
}

TEST(JobIdentity, TellsACollectorThatIsGivenTwiceFromItself) {
  EXPECT_THAT(distinct_names({"a", "b", "a", "a#2", "a"}),
              ElementsAre("a", "b", "a#2", "a#2#2", "a#3"));
}

TEST(JobIdentity, TakesNamesThatCanBeThoseOfFiles) {
  for (const char* name : {"a", "nightly", "9.prod_site-1"}) EXPECT_EQ(parse_job_name(name), name);
  for (const std::string& name :
       {std::string(), std::string(".a"), std::string("-a"), std::string("a/b"), std::string("a b"),
        std::string("\xc3\xa4"), std::string(65, 'a')}) {
    const Error error = error_of([&] { static_cast<void>(parse_job_name(name)); });
    EXPECT_EQ(error.fault(), Fault::Usage);
    EXPECT_THAT(error.what(), HasSubstr("cannot be the name of a job"));
  }
}

}  // namespace
}  // namespace vrni2syslog
