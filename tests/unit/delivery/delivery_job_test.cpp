#include "delivery/delivery_job.h"

#include "delivery/checkpoint/state_directory.h"
#include "support/error_of.h"
#include "support/manual_clock.h"
#include "support/temporary_directory.h"
#include "unit/delivery/job_fixture.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <cstddef>
#include <fstream>
#include <utility>
#include <vector>

namespace vrni2syslog {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;
using testing::SizeIs;

class DeliveryJobTest : public testing::Test {
 protected:
  DeliveryJobTest() {
    settings_.name = "nightly";
    settings_.identity = two_collectors();
    settings_.state_directory = directory_.path() / "state";
    clock_.set_now(hour(5));
  }
  [[nodiscard]] std::unique_ptr<DeliveryJob> open() {
    return std::make_unique<DeliveryJob>(settings_, clock_, log_, std::stop_token());
  }

  TemporaryDirectory directory_;
  JobSettings settings_;
  ManualClock clock_;
  std::vector<std::string> messages_;
  Log log_{LogLevel::Warning, LogFormat::Text,
           [this](std::string_view line) { messages_.emplace_back(line); }};
};

TEST_F(DeliveryJobTest, ContinuesWhereAFirstRunStartedThatDeliveredNothing) {
  EXPECT_EQ(peek_checkpoint(settings_), std::nullopt);
  EXPECT_FALSE(std::filesystem::exists(settings_.state_directory)) << "looking changes nothing";
  {
    const auto job = open();
    EXPECT_FALSE(job->checkpoint());
    job->begin(hour(0), "run-1");
  }
  ASSERT_TRUE(peek_checkpoint(settings_));
  EXPECT_EQ(watermark_of(*peek_checkpoint(settings_)), hour(0));
  EXPECT_THAT(open()->checkpoint()->collectors, SizeIs(2));
}

TEST_F(DeliveryJobTest, HasNeverRunIfItsFirstRunIsWithdrawn) {
  const auto job = open();
  job->begin(hour(0), "run-1");
  job->withdraw_first_start();
  EXPECT_EQ(peek_checkpoint(settings_), std::nullopt);
  EXPECT_EQ(job->checkpoint(), std::nullopt);
}

TEST_F(DeliveryJobTest, KeepsWhatIsConfirmedAndWhatIsNoFirstRun) {
  {
    const auto job = open();
    job->begin(hour(0), "run-1");
    job->confirm({hour(0), hour(1)}, {{0, {Verdict::Consumed}}, {1, {Verdict::Consumed}}});
    job->withdraw_first_start();
    EXPECT_EQ(watermark_of(*peek_checkpoint(settings_)), hour(1));
  }
  const auto later = open();
  later->begin(hour(2), "run-2");
  later->withdraw_first_start();
  EXPECT_EQ(watermark_of(*peek_checkpoint(settings_)), hour(1));
}

TEST_F(DeliveryJobTest, WritesDownWhoHasConfirmedWhat) {
  open()->begin(hour(0), "run-1");
  {
    const auto job = open();
    job->begin(hour(0), "run-2");
    job->confirm({hour(0), hour(1)}, {{0, {Verdict::Consumed}}, {1, {Verdict::Acked}}});
    job->confirm({hour(1), hour(2)}, {{1, {Verdict::Acked}}});
    EXPECT_THAT(job->watermarks(), ElementsAre(hour(1), hour(2)));
  }
  const Checkpoint checkpoint = peek_checkpoint(settings_).value();
  EXPECT_EQ(checkpoint.collectors[0].watermark, hour(1));
  EXPECT_EQ(checkpoint.collectors[0].verdict, Verdict::Consumed);
  EXPECT_EQ(checkpoint.collectors[1].watermark, hour(2));
  EXPECT_EQ(checkpoint.collectors[1].confirmed_at, hour(5));
  EXPECT_EQ(checkpoint.run_id, "run-2");
  EXPECT_EQ(checkpoint.saved_at, hour(5));
  EXPECT_THAT(messages_, IsEmpty());
}

TEST_F(DeliveryJobTest, KeepsWhereTheChainsOfManifestsEnd) {
  const ChainEnd first{.last = std::string(64, '1'), .key = "k1"};
  const ChainEnd late{.last = std::string(64, '2'), .key = "k1"};
  {
    const auto job = open();
    job->begin(hour(0), "run-1");
    EXPECT_THAT(job->chains(), ElementsAre(ChainEnd{}, ChainEnd{}));
    job->confirm({hour(0), hour(1)}, {{0, {Verdict::Consumed, first}}});
    job->extend_chains({{1, late}});
    job->confirm({hour(1), hour(2)}, {{0, {Verdict::Consumed}}});
  }
  const auto job = open();
  job->begin(hour(0), "run-2");
  EXPECT_THAT(job->chains(), ElementsAre(first, late)) << "no manifest, no link";
}

TEST_F(DeliveryJobTest, SaysInTheNextChainThatTheJobWasForgotten) {
  prepare_state_directory(settings_.state_directory);
  JobLock(settings_.state_directory, settings_.name, std::chrono::seconds(0), clock_, {})
      .remember_forgotten();
  for (int repetition = 0; repetition < 2; ++repetition) {
    const auto job = open();
    job->begin(hour(0), "run-1");
    EXPECT_EQ(job->chains().front().genesis, kForgetGenesis);
    job->withdraw_first_start();
  }
}

TEST_F(DeliveryJobTest, IsRunOnceAtATime) {
  const auto first = open();
  EXPECT_EQ(error_of([this] { static_cast<void>(open()); }).fault(), Fault::Busy);
}

TEST_F(DeliveryJobTest, TellsWhichCollectorIsNoLongerServed) {
  open()->begin(hour(0), "run-1");
  settings_.identity.collectors.pop_back();
  open()->begin(hour(0), "run-2");
  EXPECT_THAT(messages_, ElementsAre(HasSubstr("no longer sends to tcp://b:514")));
  messages_.clear();
  open()->begin(hour(0), "run-3");
  EXPECT_THAT(messages_, IsEmpty());
}

TEST_F(DeliveryJobTest, TellsThatWhatIsConfirmedCouldNotBeRemembered) {
  const auto job = open();
  job->begin(hour(0), "run-1");
  std::filesystem::remove_all(settings_.state_directory);
  const Error error = error_of([&] {
    job->confirm({hour(0), hour(1)}, {{0, {Verdict::Consumed}}});
  });
  EXPECT_EQ(error.fault(), Fault::CannotCreate);
  EXPECT_THAT(error.what(), HasSubstr("the lines are confirmed"));
}

/// A job without --job, whose state an earlier version has named after its addresses as they were
/// typed.
class RespelledJobTest : public DeliveryJobTest {
 protected:
  RespelledJobTest() { settings_.name = default_job_name(settings_.identity); }

  void store_as(const std::string& name, const JobIdentity& identity) {
    JobSettings stored = settings_;
    stored.name = name;
    stored.identity = identity;
    DeliveryJob(stored, clock_, log_, std::stop_token()).begin(hour(0), "run-1");
  }

  JobIdentity as_typed_{
      "https://VRNI.local/api/ni", "protocol = 'TCP'", {"tls://A:6514", "tcp://b.:514"}};
};

TEST_F(RespelledJobTest, GoesOnWithTheStateOfAnotherSpelling) {
  store_as(default_job_name(as_typed_), as_typed_);
  const JobSettings found = with_stored_name(settings_);
  EXPECT_EQ(found.name, default_job_name(as_typed_));
  EXPECT_EQ(watermark_of(peek_checkpoint(found).value()), hour(0));
  EXPECT_THAT(DeliveryJob(found, clock_, log_, std::stop_token()).checkpoint()->collectors,
              SizeIs(2));
  EXPECT_THAT(messages_, IsEmpty());
}

TEST_F(RespelledJobTest, PrefersTheStateOfItsOwnName) {
  store_as(default_job_name(as_typed_), as_typed_);
  store_as(settings_.name, settings_.identity);
  EXPECT_EQ(with_stored_name(settings_).name, settings_.name);
}

TEST_F(RespelledJobTest, LeavesAloneWhatIsAnotherJob) {
  EXPECT_EQ(with_stored_name(settings_).name, settings_.name) << "there is no directory";
  JobIdentity other = as_typed_;
  other.filter = "";
  store_as(default_job_name(other), other);
  store_as("nightly", as_typed_);
  EXPECT_EQ(with_stored_name(settings_).name, settings_.name);
  JobSettings named = settings_;
  named.name = "hourly";
  EXPECT_EQ(with_stored_name(named).name, "hourly");
}

TEST_F(RespelledJobTest, PassesOverAStateThatCannotBeUsed) {
  store_as(default_job_name(as_typed_), as_typed_);
  std::ofstream(settings_.state_directory / (default_job_name(as_typed_) + ".state")) << "junk";
  EXPECT_EQ(with_stored_name(settings_).name, settings_.name);
}

TEST_F(DeliveryJobTest, IsBroughtUpToWhatACollectorKeeps) {
  {
    const auto job = open();
    job->begin(hour(0), "run-1");
    job->confirm({hour(0), hour(1)}, {{0, {Verdict::Consumed, {}}}, {1, {Verdict::Consumed, {}}}});
    const std::string kept = job->progress_after(0, TimeWindow{hour(1), hour(2)}, std::nullopt);
    EXPECT_EQ(job->watermarks(), (std::vector{hour(1), hour(1)})) << "it is not confirmed yet";
    EXPECT_EQ(parse_kept_text(kept).collector.watermark, hour(2));
    const std::string late =
        job->progress_after(0, std::nullopt, ChainEnd{std::string(64, 'c'), {}});
    EXPECT_EQ(parse_kept_text(late).collector.watermark, hour(1));
    EXPECT_EQ(parse_kept_text(late).collector.chain.last, std::string(64, 'c'));
  }
  const auto job = open();
  KeptProgress kept;
  kept.collector.watermark = hour(2);
  EXPECT_EQ(job->adopt(0, kept, hour(0)), KeptDifference::KeptIsAhead);
  job->begin(watermark_of(*job->checkpoint()), "run-2");
  EXPECT_EQ(job->watermarks(), (std::vector{hour(2), hour(1)}));
  EXPECT_EQ(peek_checkpoint(settings_)->collectors[0].watermark, hour(2)) << "it is saved";
}

TEST_F(DeliveryJobTest, StartsWhereACollectorEndsIfTheStateIsLost) {
  for (const int start : {1, 4}) {
    settings_.name = "start-" + std::to_string(start);
    const auto job = open();
    KeptProgress kept;
    kept.collector.watermark = hour(3);
    EXPECT_EQ(job->adopt(0, kept, hour(start)), KeptDifference::KeptIsAhead);
    EXPECT_EQ(job->checkpoint()->collectors[0].watermark, hour(3));
    EXPECT_EQ(job->checkpoint()->collectors[1].watermark, hour(std::min(start, 3)));
  }
}

TEST_F(DeliveryJobTest, LeavesOutNothingForACollectorThatIsBehindTheStartIfTheStateIsLost) {
  const auto job = open();
  for (const auto& [collector, end] : {std::pair(0, 5), std::pair(1, 2)}) {
    KeptProgress kept;
    kept.collector.watermark = hour(end);
    EXPECT_EQ(job->adopt(static_cast<std::size_t>(collector), kept, hour(4)),
              KeptDifference::KeptIsAhead);
  }
  EXPECT_EQ(job->watermarks(), (std::vector{hour(5), hour(2)}));
}

}  // namespace
}  // namespace vrni2syslog
