#include "app/run/job_report.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace vrni2syslog {
namespace {

using std::chrono::hours;
using std::chrono::seconds;
using testing::HasSubstr;

const UnixSeconds kNoon(seconds(1'795'348'800));  // 2026-11-22T12:00:00Z

[[nodiscard]] Checkpoint checkpoint() {
  Checkpoint checkpoint = first_checkpoint(
      "nightly", {"https://vrni.local/api/ni", "port = 1", {"tls://a:6514", "tcp://b:514"}}, kNoon);
  checkpoint.run_id = "eec67650dc84e95d";
  checkpoint.saved_at = kNoon + hours(1);
  return checkpoint;
}

TEST(JobReport, TellsHowFarTheJobAndItsCollectorsAre) {
  Checkpoint state = checkpoint();
  confirm(state, 0, {kNoon, kNoon + hours(1)}, Verdict::Consumed, kNoon + hours(2));
  EXPECT_EQ(
      describe_job(state, kNoon + hours(3)),
      "job nightly: goes on from 2026-11-22T12:00:00Z, 3 hours ago\n"
      "  from https://vrni.local/api/ni, filter 'port = 1', saved at 2026-11-22T13:00:00Z by "
      "run eec67650dc84e95d\n"
      "  tls://a:6514: consumed at 2026-11-22T14:00:00Z, up to 2026-11-22T13:00:00Z\n"
      "  tcp://b:514: nothing confirmed yet, begins at 2026-11-22T12:00:00Z; lacks what others "
      "have got, up to 2026-11-22T13:00:00Z\n");
}

TEST(JobReport, ShowsWhereTheChainsOfManifestsEnd) {
  Checkpoint state = checkpoint();
  state.collectors[0].chain = {.last = "ab12", .key = "cd34"};
  state.collectors[1].chain = {.last = "ef56", .key = {}};
  const std::string text = describe_job(state, kNoon);
  EXPECT_THAT(text, HasSubstr("\n    last manifest ab12, signed with key cd34\n"));
  EXPECT_THAT(text, HasSubstr("\n    last manifest ef56, not signed\n"));
  EXPECT_THAT(describe_job(checkpoint(), kNoon), testing::Not(HasSubstr("manifest")));
}

TEST(JobReport, DoesNotCallDeliveredWhatNobodyHasConfirmed) {
  EXPECT_EQ(describe_progress(checkpoint()), "goes on from 2026-11-22T12:00:00Z");
  EXPECT_THAT(describe_job(checkpoint(), kNoon),
              testing::AllOf(HasSubstr("nothing confirmed yet, begins at 2026-11-22T12:00:00Z"),
                             testing::Not(HasSubstr("up to"))));
}

TEST(JobReport, TellsTheAgeInTheLargestUnit) {
  for (const auto& [age, text] :
       {std::pair(seconds(0), "0 seconds ago"), std::pair(seconds(1), "1 second ago"),
        std::pair(seconds(59), "59 seconds ago"), std::pair(seconds(60), "1 minute ago"),
        std::pair(seconds(7199), "1 hour ago"), std::pair(seconds(86'400 * 3), "3 days ago"),
        std::pair(seconds(-7200), "in 2 hours")}) {
    EXPECT_THAT(describe_job(checkpoint(), kNoon + age), HasSubstr(text));
  }
}

TEST(JobReport, ShowsNoControlCharacters) {
  Checkpoint state = checkpoint();
  state.filter = "a\nb\x1b[0m";
  state.collectors[0].name = "unix:///a\nb";
  const std::string text = describe_job(state, kNoon);
  EXPECT_THAT(text, HasSubstr("filter 'a b [0m'"));
  EXPECT_THAT(text, HasSubstr("  unix:///a b: "));
}

}  // namespace
}  // namespace vrni2syslog
