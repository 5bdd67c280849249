#include "pipeline/epoch_runner.h"

#include "base/error.h"
#include "support/manual_clock.h"

#include <fmt/format.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <cstddef>
#include <deque>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <vector>

namespace vrni2syslog {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;
using testing::Not;
using testing::SizeIs;

const TimeWindow kHour{UnixSeconds(std::chrono::hours(1)), UnixSeconds(std::chrono::hours(2))};

/// Flows that a push source has got, say: they cannot be read again.
class ListedEpoch final : public FlowEpoch {
 public:
  explicit ListedEpoch(std::deque<const char*> ids) : FlowEpoch(kHour), ids_(std::move(ids)) {}

  [[nodiscard]] std::unique_ptr<FlowBatch> next() override {
    if (ids_.empty()) return nullptr;
    auto batch = std::make_unique<FlowBatch>(window());
    Flow& flow = batch->flows.emplace_back();
    flow.id = flow.name = ids_.front();
    ids_.pop_front();
    return batch;
  }
  [[nodiscard]] ReadingStatistics statistics() const override { return {}; }
  [[nodiscard]] std::optional<Error> shortfall() const override { return shortfall_; }
  [[nodiscard]] bool is_late() const override { return is_late_; }

  std::optional<Error> shortfall_;
  bool is_late_ = false;

 private:
  std::deque<const char*> ids_;
};

class ListingSink final : public Sink {
 public:
  void open() override {
    if (failure) throw Error(*failure);
  }
  void send(std::shared_ptr<const LineBatch> batch) override {
    for (std::size_t i = 0; i < batch->line_count(); ++i) {
      lines.emplace_back(batch->line(i));
      const LineLabel label = batch->label(i);
      labels.push_back(fmt::format("{} {}", label.kind, label.key));
    }
    label_of_epoch = batch->epoch();
    progress = batch->progress();
  }
  [[nodiscard]] std::optional<std::string> offsets_of(
      const std::shared_ptr<const EpochLabel>& epoch) override {
    asked_after = lines.size();
    label_that_was_asked_for = epoch;
    return offsets;
  }
  void end_epoch() override { ++ended; }
  [[nodiscard]] Receipt wait_for_receipt() override { return {Verdict::Consumed, ""}; }
  [[nodiscard]] std::string display_name() const override { return "sink"; }

  std::vector<std::string> lines;
  std::vector<std::string> labels;
  std::shared_ptr<const EpochLabel> label_of_epoch;  ///< of the last batch
  std::string progress;                              ///< of the last batch
  std::optional<Error> failure;
  std::optional<std::string> offsets;
  std::optional<std::size_t> asked_after;  ///< so many lines
  std::shared_ptr<const EpochLabel> label_that_was_asked_for;
  int ended = 0;
};

/// Tells progress, and takes nothing.
class TellingLedger final : public Ledger {
 public:
  [[nodiscard]] std::vector<UnixSeconds> watermarks() const override { return {}; }
  [[nodiscard]] std::vector<std::vector<TimeWindow>> owed() const override { return {}; }
  [[nodiscard]] bool owe(const TimeWindow&, const std::vector<std::size_t>&) override {
    return false;
  }
  void confirm(const TimeWindow&, const Confirmations&) override {}
  [[nodiscard]] std::vector<ChainEnd> chains() const override { return {}; }
  void extend_chains(const std::map<std::size_t, ChainEnd>&) override {}
  [[nodiscard]] std::string progress_after(std::size_t collector,
                                           const std::optional<TimeWindow>& unit,
                                           const std::optional<ChainEnd>&) const override {
    return fmt::format("{} {}", collector, unit ? to_rfc3339(unit->end) : "unchanged");
  }
};

class EpochRunnerTest : public testing::Test {
 protected:
  EpochRunnerTest() {
    LineOptions options;
    options.origin = {"vrni.local", "vrni2syslog", "4711", "run-1"};
    Lane& lane = lanes_.emplace_back(Lane{make_line_format("message", options), {}});
    auto sink = std::make_unique<ListingSink>();
    sink_ = sink.get();
    lane.sinks.emplace(0, std::move(sink));
  }
  [[nodiscard]] EpochRunner make_runner() { return {lanes_, {0}, options_, {clock_, {}, log_}}; }

  std::vector<Lane> lanes_;
  ListingSink* sink_ = nullptr;
  EpochOptions options_;
  ManualClock clock_;
  Log log_{LogLevel::Warning, LogFormat::Text, [](std::string_view) {}};
  std::vector<std::uint64_t> seen_;
  EpochRunner::Observer observer_ = [this](const EpochCounts& counts) {
    seen_.push_back(counts.lines);
  };
};

TEST_F(EpochRunnerTest, NeedsNeitherPlanNorLedgerNorASourceThatCanBeReadAgain) {
  ListedEpoch flows({"f1", "f2"});
  EpochRunner epoch = make_runner();
  epoch.send(flows, 1, observer_);
  EXPECT_EQ(sink_->ended, 1);
  EXPECT_THAT(sink_->lines, ElementsAre(HasSubstr("f1"), HasSubstr("f2"), HasSubstr("2 flows")));
  epoch.wait_for_receipts();
  ASSERT_THAT(epoch.outcomes(), SizeIs(1));
  EXPECT_FALSE(epoch.outcomes()[0].failure);
  EXPECT_EQ(epoch.outcomes()[0].lines, 2U);
  EXPECT_EQ(epoch.counts().received, 2U);
  EXPECT_EQ(epoch.counts().unannounced, 1U);
  EXPECT_THAT(seen_, ElementsAre(1U, 2U));
}

TEST_F(EpochRunnerTest, LabelsTheLinesOfCollectorsThatStoreRecords) {
  lanes_[0].record_key = RecordKey::FlowId;
  ListedEpoch flows({"f1", "f2"});
  EpochRunner epoch = make_runner();
  epoch.send(flows, 2, observer_);
  EXPECT_THAT(sink_->labels, ElementsAre("FLOW f1", "FLOW f2", "MANIFEST "));
  ASSERT_TRUE(sink_->label_of_epoch);
  EXPECT_EQ(sink_->label_of_epoch->window_start, "1970-01-01T01:00:00Z");
  EXPECT_EQ(sink_->label_of_epoch->window_end, "1970-01-01T02:00:00Z");
  EXPECT_EQ(sink_->label_of_epoch->attempt, "2");
}

TEST_F(EpochRunnerTest, TellsWithTheManifestHowFarTheJobWillBe) {
  const TellingLedger ledger;
  options_.ledger = &ledger;
  lanes_[0].record_key = RecordKey::FlowId;
  for (const bool is_late : {false, true}) {
    ListedEpoch flows({"f1"});
    flows.is_late_ = is_late;
    make_runner().send(flows, 1, observer_);
    EXPECT_EQ(sink_->progress, is_late ? "0 unchanged" : "0 1970-01-01T02:00:00Z");
  }
}

TEST_F(EpochRunnerTest, SendsNoManifestOfAUnitThatFallsShortToCollectorsThatStoreRecords) {
  lanes_[0].record_key = RecordKey::FlowId;
  ListedEpoch flows({"f1"});
  flows.shortfall_ = Error(Fault::Data, "one flow could not be had");
  make_runner().send(flows, 1, observer_);
  EXPECT_THAT(sink_->labels, ElementsAre("FLOW f1"));
}

TEST_F(EpochRunnerTest, LabelsNothingForOthers) {
  ListedEpoch flows({"f1"});
  EpochRunner epoch = make_runner();
  epoch.send(flows, 1, observer_);
  EXPECT_THAT(sink_->labels, ElementsAre(" ", " "));
  EXPECT_FALSE(sink_->label_of_epoch);
}

TEST_F(EpochRunnerTest, TheManifestVouchesForWhereTheRecordsAre) {
  lanes_[0].record_key = RecordKey::FlowId;
  sink_->offsets = "abc";
  ListedEpoch flows({"f1", "f2"});
  ManifestChains chains({ChainEnd{}}, std::nullopt, log_);
  options_.chains = &chains;
  EpochRunner epoch = make_runner();
  epoch.send(flows, 1, observer_);
  EXPECT_EQ(sink_->asked_after, 2U);
  EXPECT_EQ(sink_->label_that_was_asked_for, sink_->label_of_epoch);
  // SHA-256 of "abc": FIPS 180-2, appendix B.1.
  EXPECT_THAT(sink_->lines.at(2),
              HasSubstr(" offsets_sha256="
                        "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad "));
}

TEST_F(EpochRunnerTest, AsksNobodyElseWhereTheLinesAre) {
  sink_->offsets = "abc";
  ListedEpoch flows({"f1"});
  EpochRunner epoch = make_runner();
  epoch.send(flows, 1, observer_);
  EXPECT_FALSE(sink_->asked_after);
}

TEST_F(EpochRunnerTest, AManifestSaysNothingOfOffsetsThatNobodyTells) {
  lanes_[0].record_key = RecordKey::FlowId;
  ListedEpoch flows({"f1"});
  ManifestChains chains({ChainEnd{}}, std::nullopt, log_);
  options_.chains = &chains;
  EpochRunner epoch = make_runner();
  epoch.send(flows, 1, observer_);
  EXPECT_THAT(sink_->lines.at(1), Not(HasSubstr("offsets_sha256")));
}

TEST_F(EpochRunnerTest, ReadsNothingIfNobodyCanBeReached) {
  sink_->failure = Error(Fault::Unreachable, "refused");
  ListedEpoch flows({"f1"});
  EpochRunner epoch = make_runner();
  epoch.send(flows, 1, observer_);
  epoch.wait_for_receipts();
  EXPECT_TRUE(epoch.outcomes()[0].failure);
  EXPECT_EQ(epoch.counts().received, 0U);
  EXPECT_NE(flows.next(), nullptr);
}

TEST_F(EpochRunnerTest, LearnsHowLongLinesUsuallyAre) {
  ListedEpoch flows({"f1"});
  EpochRunner epoch = make_runner();
  epoch.send(flows, 1, observer_);
  EXPECT_EQ(lanes_[0].usual_line_bytes, sink_->lines[0].size());
}

}  // namespace
}  // namespace vrni2syslog
