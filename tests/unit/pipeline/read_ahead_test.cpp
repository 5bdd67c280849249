#include "pipeline/read_ahead.h"

#include "base/error.h"

#include <gtest/gtest.h>

#include <optional>

namespace vrni2syslog {
namespace {

const TimeWindow kUnit{UnixSeconds(std::chrono::hours(1)), UnixSeconds(std::chrono::hours(2))};

/// Batches of 1,000 flows, the first of which has the number of the batch for an id.
class CountedEpoch final : public FlowEpoch {
 public:
  CountedEpoch(int batches, int& handed_on, std::optional<Error> failure)
      : FlowEpoch(kUnit), batches_(batches), handed_on_(handed_on), failure_(std::move(failure)) {}

  [[nodiscard]] std::unique_ptr<FlowBatch> next() override {
    if (handed_on_ == batches_) {
      if (failure_) throw Error(*failure_);
      return nullptr;
    }
    auto batch = std::make_unique<FlowBatch>(window());
    batch->flows.resize(1000);
    batch->flows.front().id = batch->copy(std::to_string(++handed_on_));
    return batch;
  }
  [[nodiscard]] ReadingStatistics statistics() const override {
    ReadingStatistics statistics;
    statistics.searches = static_cast<std::uint64_t>(handed_on_);
    return statistics;
  }
  void confirmed() override { handed_on_ = -1; }

 private:
  int batches_;
  int& handed_on_;
  std::optional<Error> failure_;
};

class ReadAheadTest : public testing::Test {
 protected:
  [[nodiscard]] ReadAhead of_batches(int batches, std::optional<Error> failure = std::nullopt) {
    return ReadAhead(std::make_unique<CountedEpoch>(batches, handed_on_, std::move(failure)));
  }
  [[nodiscard]] static std::string first_id(ReadAhead& flows) {
    const std::unique_ptr<FlowBatch> batch = flows.next();
    return batch ? std::string(batch->flows.front().id) : "end";
  }
  static bool never() { return false; }

  int handed_on_ = 0;
};

TEST_F(ReadAheadTest, HandsOnEveryBatchInOrder) {
  ReadAhead flows = of_batches(6);
  flows.read(never);
  for (int batch = 1; batch <= 6; ++batch) EXPECT_EQ(first_id(flows), std::to_string(batch));
  EXPECT_EQ(first_id(flows), "end");
  EXPECT_EQ(flows.window(), kUnit);
}

TEST_F(ReadAheadTest, HoldsABoundedNumberOfFlows) {
  ReadAhead flows = of_batches(100);
  flows.read(never);
  EXPECT_EQ(handed_on_, static_cast<int>(ReadAhead::kMostFlows / 1000));
  EXPECT_EQ(flows.statistics().searches, 4U);
}

TEST_F(ReadAheadTest, ReadsNoFurtherOnceItsTimeIsUp) {
  ReadAhead flows = of_batches(100);
  flows.read([&] { return handed_on_ == 2; });
  EXPECT_EQ(handed_on_, 2);
  EXPECT_EQ(first_id(flows), "1");
}

TEST_F(ReadAheadTest, TellsOfAFailureWhereItOccurred) {
  ReadAhead flows = of_batches(1, Error(Fault::Data, "2 flows are missing"));
  flows.read(never);
  EXPECT_EQ(first_id(flows), "1");
  EXPECT_THROW((void)flows.next(), Error);
}

TEST_F(ReadAheadTest, PassesOnThatTheEpochIsConfirmed) {
  ReadAhead flows = of_batches(1);
  flows.confirmed();
  EXPECT_EQ(handed_on_, -1);
}

}  // namespace
}  // namespace vrni2syslog
