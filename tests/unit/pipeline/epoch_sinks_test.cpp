#include "pipeline/epoch_sinks.h"

#include "support/error_of.h"
#include "support/manual_clock.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <vector>

namespace vrni2syslog {
namespace {

using testing::IsEmpty;
using testing::SizeIs;

/// Does what the test says.
class ScriptedSink final : public Sink {
 public:
  void open() override {
    ++opened;
    on_open();
  }
  void send(std::shared_ptr<const LineBatch>) override {
    ++sent;
    on_send();
  }
  [[nodiscard]] std::optional<std::string> offsets_of(
      const std::shared_ptr<const EpochLabel>& /*epoch*/) override {
    return on_question();
  }
  void end_epoch() override { ++ended; }
  [[nodiscard]] Receipt wait_for_receipt() override {
    on_finish();
    ++finished;
    return receipt;
  }
  void fail_over() override { ++fail_overs; }
  [[nodiscard]] std::string display_name() const override { return "sink"; }

  std::function<void()> on_open = [] {};
  std::function<void()> on_send = [] {};
  std::function<std::optional<std::string>()> on_question = [] { return std::nullopt; };
  std::function<void()> on_end = [] {};
  std::function<void()> on_finish = [] {};
  Receipt receipt{Verdict::Consumed, ""};
  int opened = 0;
  int sent = 0;
  int ended = 0;
  int finished = 0;
  int fail_overs = 0;
};

class EpochSinksTest : public testing::Test {
 protected:
  EpochSinksTest() {
    lanes_.resize(2);
    for (std::size_t number = 0; number < 3; ++number) {
      auto sink = std::make_unique<ScriptedSink>();
      sinks_.push_back(sink.get());
      lanes_[number % 2].sinks.emplace(number, std::move(sink));
    }
  }
  [[nodiscard]] EpochSinks epoch(const std::vector<std::size_t>& wanted) {
    return EpochSinks(lanes_, wanted, std::nullopt, {clock_, {}, log_});
  }
  static void finish(EpochSinks& sinks) {
    sinks.end();
    sinks.wait_for_receipts();
  }
  [[nodiscard]] static std::shared_ptr<const LineBatch> make_lines() {
    auto lines = std::make_shared<LineBatch>();
    for (const char* line : {"first", "second"}) {
      lines->buffer() += line;
      lines->end_line();
    }
    return lines;
  }

  std::vector<Lane> lanes_;  ///< of sinks 0 and 2, and of sink 1
  std::vector<ScriptedSink*> sinks_;
  std::shared_ptr<const LineBatch> lines_ = make_lines();
  ManualClock clock_;
  std::vector<std::string> messages_;
  Log log_{LogLevel::Warning, LogFormat::Text,
           [this](std::string_view line) { messages_.emplace_back(line); }};
};

TEST_F(EpochSinksTest, TouchesOnlyWhoIsWanted) {
  EpochSinks sinks = epoch({2});
  sinks.open();
  EXPECT_TRUE(sinks.has_any(0));
  EXPECT_FALSE(sinks.has_any(1));
  sinks.send(0, lines_);
  sinks.send(1, lines_);
  finish(sinks);
  EXPECT_EQ(sinks_[2]->sent, 1);
  EXPECT_EQ(sinks_[0]->opened + sinks_[1]->opened, 0);
  EXPECT_EQ(sinks_[0]->finished + sinks_[1]->finished, 0);
  ASSERT_THAT(sinks.outcomes(), SizeIs(1));
  EXPECT_EQ(sinks.outcomes()[0].collector, 2U);
  EXPECT_FALSE(sinks.outcomes()[0].failure);
  EXPECT_EQ(sinks.outcomes()[0].verdict, Verdict::Consumed);
  EXPECT_EQ(count_sinks(lanes_), 3U);
}

TEST_F(EpochSinksTest, GoesOnWithoutWhoFails) {
  sinks_[0]->on_open = [] { throw Error(Fault::Unreachable, "refused"); };
  sinks_[1]->on_send = [] { throw Error(Fault::Unconfirmed, "reset"); };
  EpochSinks sinks = epoch({0, 1, 2});
  sinks.open();
  for (int i = 0; i < 2; ++i) {
    sinks.send(0, lines_);
    sinks.send(1, lines_);
  }
  EXPECT_TRUE(sinks.has_any());
  EXPECT_FALSE(sinks.has_any(1));
  finish(sinks);
  EXPECT_EQ(sinks_[0]->sent, 0);
  EXPECT_EQ(sinks_[1]->sent, 1);
  EXPECT_EQ(sinks_[2]->sent, 2);
  EXPECT_EQ(sinks_[0]->finished + sinks_[1]->finished, 0);
  EXPECT_EQ(sinks_[0]->fail_overs, 1);
  EXPECT_EQ(sinks_[1]->fail_overs, 1);
  EXPECT_EQ(sinks_[2]->fail_overs, 0);
  for (const CollectorOutcome& outcome : sinks.outcomes())
    EXPECT_EQ(outcome.failure.has_value(), outcome.collector != 2);
}

TEST_F(EpochSinksTest, AsksOneCollectorWhereItHasStoredTheLines) {
  sinks_[0]->on_question = [] { return "0:1-2"; };
  sinks_[1]->on_question = []() -> std::optional<std::string> {
    throw Error(Fault::Unconfirmed, "no record was confirmed");
  };
  EpochSinks sinks = epoch({0, 1, 2});
  sinks.open();
  EXPECT_EQ(sinks.offsets_of(0, nullptr), "0:1-2");
  EXPECT_EQ(sinks.offsets_of(1, nullptr), std::nullopt);
  EXPECT_EQ(sinks.offsets_of(2, nullptr), std::nullopt);
  EXPECT_FALSE(sinks.has_any(1));
  EXPECT_EQ(sinks_[1]->fail_overs, 1);
  EXPECT_TRUE(sinks.has_any(0));
}

TEST_F(EpochSinksTest, HasNobodyOnceAllHaveFailed) {
  for (ScriptedSink* sink : sinks_)
    sink->on_open = [] { throw Error(Fault::Unreachable, "refused"); };
  EpochSinks sinks = epoch({0, 1, 2});
  sinks.open();
  EXPECT_FALSE(sinks.has_any());
}

TEST_F(EpochSinksTest, ClosesAllBeforeItWaitsForAny) {
  sinks_[0]->on_finish = [&] {
    for (const ScriptedSink* sink : sinks_) EXPECT_EQ(sink->ended, 1);
  };
  EpochSinks sinks = epoch({0, 1, 2});
  sinks.open();
  finish(sinks);
  for (const ScriptedSink* sink : sinks_) EXPECT_EQ(sink->finished, 1);
}

TEST_F(EpochSinksTest, FailsOverWhereTheReceiptIsNotEnough) {
  sinks_[1]->receipt = {Verdict::Failed, "reset"};
  EpochSinks sinks = epoch({1});
  sinks.open();
  finish(sinks);
  EXPECT_EQ(sinks_[1]->fail_overs, 1);
  EXPECT_EQ(sinks.outcomes()[0].failure->fault(), Fault::Unconfirmed);
  EXPECT_THAT(messages_, IsEmpty());
}

TEST_F(EpochSinksTest, TellsWhatEachCollectorGotAndHowLongItTook) {
  sinks_[2]->on_send = [] { throw Error(Fault::Unconfirmed, "reset"); };
  sinks_[0]->on_finish = [&] { clock_.advance(std::chrono::milliseconds(1500)); };
  EpochSinks sinks = epoch({0, 2});
  sinks.open();
  clock_.advance(std::chrono::milliseconds(500));
  sinks.send(0, lines_);
  sinks.send(0, lines_);
  sinks.send_manifest(0, lines_, ChainEnd{.last = "ab12", .key = {}});
  finish(sinks);
  const std::vector<CollectorOutcome> outcomes = sinks.outcomes();
  ASSERT_THAT(outcomes, SizeIs(2));
  EXPECT_EQ(outcomes[0].name, "sink");
  EXPECT_EQ(outcomes[0].lines, 4U) << "without the manifest";
  EXPECT_EQ(outcomes[0].bytes, 22U);
  EXPECT_EQ(outcomes[0].duration, std::chrono::milliseconds(2000));
  EXPECT_EQ(outcomes[1].lines, 0U);
  EXPECT_EQ(outcomes[1].verdict, Verdict::Failed);
  EXPECT_EQ(outcomes[1].duration, std::chrono::milliseconds(500));
}

TEST_F(EpochSinksTest, MeasuresEachCollectorByItself) {
  sinks_[0]->on_open = [&] { clock_.advance(std::chrono::seconds(10)); };
  sinks_[0]->on_finish = [&] { clock_.advance(std::chrono::seconds(20)); };
  EpochSinks sinks = epoch({0, 1, 2});
  sinks.open();
  sinks_[1]->receipt.given_at = clock_.steady_now() + std::chrono::seconds(1);
  sinks_[2]->receipt = {Verdict::Failed, "reset"};
  sinks_[2]->receipt.given_at = clock_.steady_now() + std::chrono::seconds(2);
  finish(sinks);
  const auto duration_of = [&](std::size_t number) {
    for (const CollectorOutcome& outcome : sinks.outcomes()) {
      if (outcome.collector == number) return outcome.duration;
    }
    return std::chrono::milliseconds(-1);
  };
  EXPECT_EQ(duration_of(0), std::chrono::seconds(30));
  EXPECT_EQ(duration_of(1), std::chrono::seconds(1)) << "without the waits for the first one";
  EXPECT_EQ(duration_of(2), std::chrono::seconds(2));
}

TEST_F(EpochSinksTest, TellsAVerdictThatIsNotEnough) {
  sinks_[1]->receipt = {Verdict::Acked, "it stayed open"};
  EpochSinks sinks(lanes_, {1}, Verdict::Consumed, {clock_, {}, log_});
  sinks.open();
  finish(sinks);
  EXPECT_EQ(sinks.outcomes()[0].verdict, Verdict::Acked);
  EXPECT_TRUE(sinks.outcomes()[0].failure);
}

TEST_F(EpochSinksTest, PassesOnThatNobodyReadsTheOutput) {
  sinks_[1]->on_send = [] { throw Error(Fault::OutputClosed, "closed"); };
  EpochSinks sinks = epoch({1});
  sinks.open();
  EXPECT_EQ(error_of([&] { sinks.send(1, lines_); }).fault(), Fault::OutputClosed);
}

}  // namespace
}  // namespace vrni2syslog
