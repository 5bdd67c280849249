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
