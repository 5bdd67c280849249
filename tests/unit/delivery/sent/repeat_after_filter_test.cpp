#include "delivery/sent/repeat_after_filter.h"

#include "base/error.h"
#include "flow_fixture.h"
#include "support/temporary_directory.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <functional>

namespace vrni2syslog {
namespace {

namespace fs = std::filesystem;
using std::chrono::hours;
using testing::ElementsAre;
using testing::IsEmpty;
using Sent = std::vector<std::string>;
using Describe = std::function<void(FlowMaker&)>;

class SentFlowFilterTest : public testing::Test {
 protected:
  [[nodiscard]] SentFlowSettings settings(bool is_dry_run = false) const {
    return {hours(24), directory_.path() / "state", "here to there", is_dry_run};
  }
  /// One epoch of a run of its own: what of the batch is sent, by source address.
  Sent send(int number, const Describe& describe, bool is_confirmed = true,
            bool is_dry_run = false) const {
    const auto filter = RepeatAfterFilter::open(settings(is_dry_run));
    return send_with(filter.get(), number, describe, is_confirmed);
  }
  static Sent send_with(SentFlowFilter* filter, int number, const Describe& describe,
                        bool is_confirmed = true) {
    FlowMaker maker(unit(number));
    describe(maker);
    const std::size_t all = maker.batch.flows.size();
    if (filter != nullptr) {
      filter->begin(maker.batch.unit);
      const std::uint64_t left_out = filter->leave_out_sent_before(maker.batch);
      EXPECT_EQ(maker.batch.flows.size(), all - left_out);
      is_confirmed ? filter->commit() : filter->rollback();
    }
    Sent sent;
    for (const Flow& flow : maker.batch.flows) sent.emplace_back(flow.text(FlowField::SourceIp));
    return sent;
  }
  [[nodiscard]] std::string file() const { return directory_.read("state/seen-flows.sqlite"); }

  TemporaryDirectory directory_;
};

void two_flows(FlowMaker& maker) {
  maker.add("10.0.0.1");
  maker.add("10.0.0.2");
}
[[nodiscard]] Describe one_flow(std::string_view action) {
  return [action](FlowMaker& maker) { maker.add("10.0.0.1", action); };
}

TEST_F(SentFlowFilterTest, LeavesOutWhatWasSentBefore) {
  EXPECT_THAT(send(0, two_flows), ElementsAre("10.0.0.1", "10.0.0.2"));
  const auto three_flows = [](FlowMaker& maker) {
    maker.add("10.0.0.1");
    maker.add("10.0.0.3");
    maker.add("10.0.0.2");
  };
  EXPECT_THAT(send(1, three_flows), ElementsAre("10.0.0.3"));
  EXPECT_THAT(send(1, three_flows), IsEmpty());
}

TEST_F(SentFlowFilterTest, LeavesOutFromUnitToUnitOfARun) {
  const auto filter = RepeatAfterFilter::open(settings());
  EXPECT_THAT(send_with(filter.get(), 0, two_flows), ElementsAre("10.0.0.1", "10.0.0.2"));
  EXPECT_THAT(send_with(filter.get(), 1, two_flows), IsEmpty());
}

TEST_F(SentFlowFilterTest, SendsAFlowThatIsAlwaysThereOnceInEveryPeriod) {
  // The script that this replaces renewed the time with every sight of the flow, and so sent it
  // once and never again.
  std::vector<int> sent_in;
  for (int number = 0; number < 72; ++number) {
    if (!send(number, one_flow("ALLOW")).empty()) sent_in.push_back(number);
  }
  EXPECT_THAT(sent_in, ElementsAre(0, 24, 48));
}

TEST_F(SentFlowFilterTest, SendsEveryChange) {
  EXPECT_THAT(send(0, one_flow("ALLOW")), ElementsAre("10.0.0.1"));
  EXPECT_THAT(send(1, one_flow("DENY")), ElementsAre("10.0.0.1"));
  EXPECT_THAT(send(2, one_flow("ALLOW")), ElementsAre("10.0.0.1"));
  EXPECT_THAT(send(3, one_flow("ALLOW")), IsEmpty());
}

/// A flow whose action a unit has in both ways, in batches that are handed on in this order.
void send_versions(SentFlowFilter& filter, int number, const std::vector<const char*>& actions) {
  filter.begin(unit(number));
  for (std::size_t i = 0; i < actions.size(); ++i) {
    FlowMaker maker(unit(number));
    maker.add("10.0.0.1", actions[i]);
    // The source does not know of the others yet when it gives the first.
    maker.batch.flows.front().has_other_versions = i > 0;
    (void)filter.leave_out_sent_before(maker.batch);
  }
  filter.commit();
}

TEST_F(SentFlowFilterTest, NoneOfTheVersionsOfAUnitStandsForTheFlowLater) {
  for (const std::vector<const char*>& actions :
       {std::vector<const char*>{"ALLOW", "DENY"}, {"DENY", "ALLOW"}, {"ALLOW", "ALLOW"}}) {
    for (const char* const before : {"ALLOW", "DENY"}) {
      for (const char* const after : {"ALLOW", "DENY"}) {
        TemporaryDirectory directory;
        const auto filter =
            RepeatAfterFilter::open({hours(24), directory.path() / "state", "here to there"});
        send_with(filter.get(), 0, one_flow(before));
        send_versions(*filter, 1, actions);
        EXPECT_THAT(send_with(filter.get(), 2, one_flow(after)), ElementsAre("10.0.0.1"));
        EXPECT_THAT(send_with(filter.get(), 3, one_flow(after)), IsEmpty());
      }
    }
  }
}

TEST_F(SentFlowFilterTest, TheLatestOfEqualFlowsOfABatchIsRemembered) {
  for (const int later : {0, 1}) {
    TemporaryDirectory directory;
    const auto filter =
        RepeatAfterFilter::open({hours(24), directory.path() / "state", "here to there"});
    const auto both = [later](FlowMaker& maker) {
      maker.add("10.0.0.1", later == 0 ? "DENY" : "ALLOW");
      maker.add("10.0.0.1", later == 0 ? "ALLOW" : "DENY");
      maker.batch.flows[1].id = maker.batch.flows[0].id;
      maker.batch.flows[static_cast<std::size_t>(later)].version_time += std::chrono::seconds(1);
    };
    EXPECT_THAT(send_with(filter.get(), 0, both), ElementsAre("10.0.0.1", "10.0.0.1"));
    EXPECT_THAT(send_with(filter.get(), 1, one_flow("DENY")), IsEmpty());
    EXPECT_THAT(send_with(filter.get(), 1, one_flow("ALLOW")), ElementsAre("10.0.0.1"));
  }
}

TEST_F(SentFlowFilterTest, SendsAgainWhatWasNotConfirmed) {
  EXPECT_THAT(send(0, two_flows, false), ElementsAre("10.0.0.1", "10.0.0.2"));
  EXPECT_THAT(send(0, two_flows, false), ElementsAre("10.0.0.1", "10.0.0.2"));
  EXPECT_THAT(send(0, two_flows), ElementsAre("10.0.0.1", "10.0.0.2"));
}

TEST_F(SentFlowFilterTest, KeepsTwoFlowsBetweenTheSameAddressesApart) {
  const auto twins = [](FlowMaker& maker) {
    maker.add("10.0.0.1", "ALLOW").id = "10000:515:1";
    maker.add("10.0.0.1", "DENY").id = "10000:515:2";
  };
  EXPECT_THAT(send(0, twins), testing::SizeIs(2));
  EXPECT_THAT(send(1, twins), IsEmpty());
  EXPECT_THAT(send(2, twins), IsEmpty());
}

TEST_F(SentFlowFilterTest, FillsInOlderUnitsWithoutForgettingNewerOnes) {
  EXPECT_THAT(send(10, one_flow("ALLOW")), ElementsAre("10.0.0.1"));
  EXPECT_THAT(send(0, one_flow("DENY")), ElementsAre("10.0.0.1"));
  EXPECT_THAT(send(11, one_flow("ALLOW")), IsEmpty());
}

TEST_F(SentFlowFilterTest, SendsWhatItCannotRecogniseEveryTime) {
  const auto partial = [](FlowMaker& maker) { maker.add("10.0.0.1").is_partial = true; };
  EXPECT_THAT(send(0, partial), ElementsAre("10.0.0.1"));
  EXPECT_THAT(send(1, partial), ElementsAre("10.0.0.1"));
}

TEST_F(SentFlowFilterTest, AllowsForAnotherPeriodInTheNextRun) {
  send(0, two_flows);
  const auto with_period = [&](hours period) {
    SentFlowSettings shorter = settings();
    shorter.repeat_after = period;
    return send_with(RepeatAfterFilter::open(shorter).get(), 5, two_flows, false);
  };
  EXPECT_THAT(with_period(hours(2)), ElementsAre("10.0.0.1", "10.0.0.2"));
  EXPECT_THAT(with_period(hours(6)), IsEmpty());
}

/// The source addresses of the flows of an epoch that are marked as new.
[[nodiscard]] Sent marked(SentFlowFilter& filter, int number, const Describe& describe,
                          bool is_confirmed = true) {
  FlowMaker maker(unit(number));
  describe(maker);
  filter.begin(maker.batch.unit);
  (void)filter.leave_out_sent_before(maker.batch);
  is_confirmed ? filter.commit() : filter.rollback();
  Sent sources;
  for (const Flow& flow : maker.batch.flows) {
    if (flow.text(FlowField::New) == "1") sources.emplace_back(flow.text(FlowField::SourceIp));
  }
  return sources;
}

TEST_F(SentFlowFilterTest, MarksWhatWasNeverSentOnceItIsConfirmed) {
  SentFlowSettings only_marks = settings();
  only_marks.repeat_after.reset();
  for (const SentFlowSettings& with : {settings(), only_marks}) {
    const auto filter = RepeatAfterFilter::open(with);
    const int first = with.repeat_after ? 0 : 100;
    const Describe flows = [&](FlowMaker& maker) {
      maker.add(with.repeat_after ? "10.0.0.1" : "10.1.0.1");
      maker.add("10.9.9.9").is_partial = true;
    };
    EXPECT_THAT(marked(*filter, first, flows, false), testing::SizeIs(1));
    EXPECT_THAT(marked(*filter, first, flows), testing::SizeIs(1)) << "the first was in vain";
    EXPECT_THAT(marked(*filter, first, flows), IsEmpty());
    EXPECT_THAT(marked(*filter, first + 48, flows), IsEmpty()) << "sent again, but not new";
    EXPECT_THAT(marked(*filter, first + 48 + 366 * 24, flows), testing::SizeIs(1));
  }
}

TEST_F(SentFlowFilterTest, LeavesNothingOutIfItOnlyMarks) {
  SentFlowSettings only_marks = settings();
  only_marks.repeat_after.reset();
  const auto filter = RepeatAfterFilter::open(only_marks);
  for (const int number : {0, 0, 1, 30})
    EXPECT_THAT(send_with(filter.get(), number, two_flows), ElementsAre("10.0.0.1", "10.0.0.2"));
}

TEST_F(SentFlowFilterTest, MakesNothingInADryRun) {
  const auto filter = RepeatAfterFilter::open(settings(true));
  for (int run = 0; run < 2; ++run)
    EXPECT_THAT(marked(*filter, 0, two_flows), ElementsAre("10.0.0.1", "10.0.0.2"));
  EXPECT_TRUE(fs::is_empty(directory_.path()));
}

TEST_F(SentFlowFilterTest, ChangesNothingInADryRun) {
  send(0, one_flow("ALLOW"));
  const std::string before = file();
  EXPECT_THAT(send(1, two_flows, true, true), ElementsAre("10.0.0.2"));
  EXPECT_THAT(send(1, two_flows, true, true), ElementsAre("10.0.0.2"));
  EXPECT_EQ(file(), before);
}

TEST_F(SentFlowFilterTest, IsNotNeeded) {
  EXPECT_THAT(send_with(nullptr, 0, two_flows), ElementsAre("10.0.0.1", "10.0.0.2"));
}

TEST_F(SentFlowFilterTest, TellsThatNothingCouldBeRemembered) {
  const fs::path path = directory_.path() / "seen-flows.sqlite";
  SentFlowsLimits impatient;
  impatient.lock_wait = std::chrono::milliseconds(1);
  RepeatAfterFilter filter(path, SqliteAccess::ReadWrite, hours(24), "here to there", impatient);
  FlowMaker maker(unit(0));
  two_flows(maker);
  filter.begin(maker.batch.unit);
  EXPECT_EQ(filter.leave_out_sent_before(maker.batch), 0U);
  // A reader that does not let go.
  SqliteDatabase reader(path, SqliteAccess::ReadOnly);
  reader.execute("BEGIN; SELECT * FROM store");
  try {
    filter.commit();
    FAIL() << "committed";
  } catch (const Error& error) {
    EXPECT_EQ(error.fault(), Fault::Busy);
  }
  filter.rollback();
}

}  // namespace
}  // namespace vrni2syslog
