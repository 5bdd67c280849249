#include "delivery/checkpoint/checkpoint.h"

#include "support/error_of.h"
#include "unit/delivery/job_fixture.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace vrni2syslog {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;
using testing::SizeIs;

TEST(Checkpoint, HasNothingConfirmedInAFirstRun) {
  const Checkpoint checkpoint = first_checkpoint("nightly", two_collectors(), hour(0));
  EXPECT_EQ(checkpoint.job, "nightly");
  ASSERT_THAT(checkpoint.collectors, SizeIs(2));
  for (const CollectorCheckpoint& collector : checkpoint.collectors) {
    EXPECT_EQ(collector.watermark, hour(0));
    EXPECT_EQ(collector.verdict, std::nullopt);
    EXPECT_FALSE(collector.confirmed_at);
  }
}

TEST(Checkpoint, IsAsFarAsTheCollectorThatIsLeastFar) {
  const Checkpoint checkpoint = two_hours_and_one();
  EXPECT_EQ(watermark_of(checkpoint), hour(1));
  EXPECT_EQ(newest_watermark_of(checkpoint), hour(2));
}

struct ConfirmCase {
  const char* name;
  int start;
  int end;
  int watermark;  ///< of a collector that was at two hours
};

class CheckpointConfirm : public testing::TestWithParam<ConfirmCase> {};

TEST_P(CheckpointConfirm, MovesTheWatermarkWithoutGapsAndNeverBack) {
  Checkpoint checkpoint = two_hours_and_one();
  confirm(checkpoint, 0, {hour(GetParam().start), hour(GetParam().end)}, Verdict::Consumed,
          hour(9));
  EXPECT_EQ(checkpoint.collectors[0].watermark, hour(GetParam().watermark));
  EXPECT_EQ(checkpoint.collectors[1].watermark, hour(1));
}

INSTANTIATE_TEST_SUITE_P(Table, CheckpointConfirm,
                         testing::Values(ConfirmCase{"TheNextUnit", 2, 3, 3},
                                         ConfirmCase{"OneThatOverlaps", 0, 4, 4},
                                         ConfirmCase{"OneThatIsConfirmed", 0, 1, 2},
                                         ConfirmCase{"OneBehindAGap", 3, 4, 2}),
                         [](const auto& row) { return row.param.name; });

TEST(Checkpoint, IsPastAUnitThatItOwes) {
  Checkpoint checkpoint = two_hours_and_one();
  const TimeWindow unread{hour(2), hour(3)};
  ASSERT_TRUE(owe(checkpoint, 0, unread));
  EXPECT_EQ(checkpoint.collectors[0].watermark, hour(3));
  EXPECT_TRUE(owe(checkpoint, 0, unread)) << "again, which changes nothing";
  EXPECT_EQ(owed_windows(checkpoint), std::vector{unread});
  EXPECT_FALSE(owe(checkpoint, 1, {hour(2), hour(3)})) << "it lacks an hour before";

  confirm(checkpoint, 0, unread, Verdict::Consumed, hour(9));
  EXPECT_THAT(owed_windows(checkpoint), testing::IsEmpty());
  EXPECT_EQ(checkpoint.collectors[0].watermark, hour(3));
}

TEST(Checkpoint, OwesAsManyWindowsAsThePlatformRemembers) {
  Checkpoint checkpoint = first_checkpoint("nightly", two_collectors(), hour(0));
  for (int i = 0; i < static_cast<int>(kMaxOwedWindows); ++i)
    ASSERT_TRUE(owe(checkpoint, 0, {hour(i), hour(i + 1)}));
  const Checkpoint full = checkpoint;
  const int next = static_cast<int>(kMaxOwedWindows);
  EXPECT_FALSE(owe(checkpoint, 0, {hour(next), hour(next + 1)}));
  EXPECT_EQ(checkpoint, full);
}

TEST(Checkpoint, GivesUpTheWindowsOfAPeriod) {
  Checkpoint checkpoint = first_checkpoint("nightly", two_collectors(), hour(0));
  for (int i = 0; i < 4; ++i) {
    ASSERT_TRUE(owe(checkpoint, 0, {hour(i), hour(i + 1)}));
    ASSERT_TRUE(owe(checkpoint, 1, {hour(i), hour(i + 1)}));
  }
  EXPECT_EQ(give_up_owed(checkpoint, {hour(1), hour(3)}).size(), 2U);
  EXPECT_EQ(owed_windows(checkpoint),
            (std::vector<TimeWindow>{{hour(0), hour(1)}, {hour(3), hour(4)}}));
  EXPECT_EQ(checkpoint.collectors[0].watermark, hour(4));
}

TEST(Checkpoint, IsTakenUpInTheOrderOfTheRun) {
  JobIdentity identity = two_collectors();
  std::swap(identity.collectors[0], identity.collectors[1]);
  const Checkpoint taken_up = resume_checkpoint(two_hours_and_one(), identity);
  EXPECT_THAT(notices_of_dropped(two_hours_and_one(), identity), IsEmpty());
  EXPECT_EQ(taken_up.collectors[0].name, "tcp://b:514");
  EXPECT_EQ(taken_up.collectors[0].watermark, hour(1));
  EXPECT_EQ(taken_up.collectors[1].watermark, hour(2));
}

TEST(Checkpoint, LetsANewCollectorGoOnWhereTheJobIs) {
  JobIdentity identity = two_collectors();
  identity.collectors = {"tls://a:6514", "tcp://new:514"};
  const Checkpoint taken_up = resume_checkpoint(two_hours_and_one(), identity);
  EXPECT_EQ(taken_up.collectors[0].watermark, hour(2));
  EXPECT_EQ(taken_up.collectors[1].watermark, hour(1));
  EXPECT_EQ(taken_up.collectors[1].verdict, std::nullopt);
  EXPECT_THAT(notices_of_dropped(two_hours_and_one(), identity),
              ElementsAre("job nightly no longer sends to tcp://b:514, which has confirmed "
                          "the flows up to 2026-11-22T13:00:00Z"));
}

TEST(Checkpoint, LetsANewCollectorHaveWhatOneThatIsGoneWasOwed) {
  Checkpoint stored = two_hours_and_one();
  ASSERT_TRUE(owe(stored, 1, {hour(1), hour(3)}));
  stored.collectors[0].owed = {{hour(0), hour(1)}};
  JobIdentity identity = two_collectors();
  identity.collectors = {"tls://a:6514", "tcp://new:514"};
  const Checkpoint taken_up = resume_checkpoint(stored, identity);
  EXPECT_THAT(taken_up.collectors[0].owed, ElementsAre(TimeWindow{hour(0), hour(1)}));
  EXPECT_EQ(taken_up.collectors[1].watermark, hour(2));
  EXPECT_THAT(taken_up.collectors[1].owed, ElementsAre(TimeWindow{hour(1), hour(2)}))
      << "no later than the watermark, since what comes then is new to it anyway";
  EXPECT_THAT(notices_of_dropped(stored, identity),
              ElementsAre(HasSubstr("but is owed windows that could not be read, from "
                                    "2026-11-22T13:00:00Z on, which collectors that are new")));
  identity.collectors.pop_back();
  EXPECT_THAT(notices_of_dropped(stored, identity),
              ElementsAre(HasSubstr("2026-11-22T13:00:00Z on, which nobody gets any more")));
}

TEST(Checkpoint, LetsANewCollectorHaveWhatSeveralThatAreGoneWereOwed) {
  Checkpoint stored = two_hours_and_one();
  for (CollectorCheckpoint& collector : stored.collectors) collector.watermark = hour(9);
  stored.collectors[0].owed = {{hour(1), hour(3)}, {hour(5), hour(6)}};
  stored.collectors[1].owed = {{hour(2), hour(4)}, {hour(5), hour(6)}};
  JobIdentity identity = two_collectors();
  identity.collectors = {"tcp://new:514"};
  EXPECT_THAT(resume_checkpoint(stored, identity).collectors[0].owed,
              ElementsAre(TimeWindow{hour(1), hour(4)}, TimeWindow{hour(5), hour(6)}))
      << "in order and without overlaps, as a state must have them";
}

TEST(Checkpoint, LetsANewCollectorBeOwedNoMoreThanAStateCanHold) {
  Checkpoint stored = two_hours_and_one();
  for (std::size_t i = 0; i < 2; ++i) {
    CollectorCheckpoint& collector = stored.collectors[i];
    collector.watermark = hour(2000);
    for (int number = 0; number < 1200; number += 2) {
      const int first = number + static_cast<int>(i);
      collector.owed.push_back({hour(first), hour(first + 1)});
    }
  }
  JobIdentity identity = two_collectors();
  identity.collectors = {"tcp://new:514"};
  const std::vector<TimeWindow> owed = resume_checkpoint(stored, identity).collectors[0].owed;
  ASSERT_EQ(owed.size(), kMaxOwedWindows);
  EXPECT_EQ(owed.back(), (TimeWindow{hour(1199), hour(1200)})) << "the newest";
}

TEST(Checkpoint, IsTakenUpInWhateverSpellingItWasStored) {
  Checkpoint stored = two_hours_and_one();
  stored.platform = "https://VRNI.local.:443/api/ni";
  stored.collectors[0].name = "tls://A.:6514";
  const Checkpoint taken_up = resume_checkpoint(stored, two_collectors());
  EXPECT_THAT(notices_of_dropped(stored, two_collectors()), IsEmpty());
  EXPECT_EQ(taken_up.collectors, two_hours_and_one().collectors);
}

TEST(Checkpoint, IsNotTakenUpForOtherFlows) {
  JobIdentity elsewhere = two_collectors();
  elsewhere.platform = "https://other/api/ni";
  JobIdentity others = two_collectors();
  others.filter = "";
  for (const JobIdentity& identity : {elsewhere, others}) {
    const Error error =
        error_of([&] { static_cast<void>(resume_checkpoint(two_hours_and_one(), identity)); });
    EXPECT_EQ(error.fault(), Fault::Configuration);
    EXPECT_THAT(error.what(), HasSubstr("--forget"));
  }
}

}  // namespace
}  // namespace vrni2syslog
