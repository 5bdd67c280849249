#include "app/run/certificate_warnings.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <chrono>
#include <string>

namespace vrni2syslog {
namespace {

using std::chrono::days;
using std::chrono::seconds;

TEST(CertificateWarnings, AreOfThoseThatExpireWithinThirtyDays) {
  const UnixSeconds noon(seconds(1'795'348'800));
  EXPECT_THAT(certificate_warnings({{"a", noon + days(30)},
                                    {"b", noon + days(30) - seconds(1)},
                                    {"c", noon - seconds(1)},
                                    {"d", noon + days(400)}},
                                   noon),
              testing::ElementsAre("certificate of b expires at 2026-12-22T11:59:59Z",
                                   "certificate of c expired at 2026-11-22T11:59:59Z"));
}

TEST(CertificateWarnings, SayWhatFollowsForThoseThatArePinnedAndForThoseThatAreNot) {
  const UnixSeconds noon(seconds(1'795'348'800));
  const std::string unless =
      ", unless its fingerprint is pinned or it is not verified; where it is pinned, give the new "
      "fingerprint when it is renewed";
  EXPECT_THAT(
      certificate_advice({{"a", noon + days(1)}, {"b", noon - seconds(1)}, {"c", noon + days(30)}},
                         noon),
      testing::ElementsAre("certificate of a expires at 2026-11-23T12:00:00Z: renew it in time, "
                           "because runs fail from then on" +
                               unless,
                           "certificate of b expired at 2026-11-22T11:59:59Z: renew it, because "
                           "runs fail" +
                               unless));
}

}  // namespace
}  // namespace vrni2syslog
