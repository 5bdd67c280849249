#include "pipeline/epoch_runner.h"

#include "base/error.h"
#include "support/manual_clock.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <deque>

namespace vrni2syslog {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;
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

 private:
  std::deque<const char*> ids_;
};

class ListingSink final : public Sink {
 public:
  void open() override {
    if (failure) throw Error(*failure);
  }
  void send(std::shared_ptr<const LineBatch> batch) override {
    for (std::size_t i = 0; i < batch->line_count(); ++i) lines.emplace_back(batch->line(i));
  }
  void end_epoch() override { ++ended; }
  [[nodiscard]] Receipt wait_for_receipt() override { return {Verdict::Consumed, ""}; }
  [[nodiscard]] std::string display_name() const override { return "sink"; }

  std::vector<std::string> lines;
  std::optional<Error> failure;
  int ended = 0;
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
