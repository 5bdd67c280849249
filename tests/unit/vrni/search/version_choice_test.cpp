#include "vrni/search/version_choice.h"

#include <gtest/gtest.h>

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

namespace vrni2syslog {
namespace {

[[nodiscard]] UnixSeconds at(std::int64_t seconds) {
  return UnixSeconds(std::chrono::seconds(seconds));
}

/// A flow "a", as it was fetched: its listed version, or another one in its place.
struct Fetched {
  std::int64_t listed;
  std::int64_t version;
  std::string_view action = "ALLOW";
  bool is_partial = false;
};

/// The versions of the flow "a" are fetched one after the other, and each batch has one.
class VersionChoiceTest : public testing::Test {
 protected:
  /// Notes that a search lists the versions of these times, all of which are still to come.
  void list(const std::vector<std::int64_t>& times) {
    for (const std::int64_t time : times) {
      (void)listed_.note({.id = "a", .entity_type = "Flow", .time = at(time)}, 1);
      coming_.emplace("a", at(time));
    }
  }

  /// What is handed on: "" for nothing, "5" for the version of this time, "5 identity" if no more
  /// than that is known of it.
  [[nodiscard]] std::string choose(const Fetched& fetched, Decisions* decisions = nullptr) {
    std::erase_if(coming_, [&](const auto& hit) { return hit.second == at(fetched.listed); });
    FlowBatch batch(TimeWindow{at(0), at(100)});
    Flow flow;
    flow.id = "a";
    flow.listed_time = at(fetched.listed);
    flow.version_time = at(fetched.version);
    flow.is_partial = fetched.is_partial;
    if (!fetched.is_partial) flow.set_text(FlowField::Action, fetched.action);
    batch.flows.push_back(flow);
    choice_.choose(batch, decisions, [this] { return coming_; });
    if (batch.flows.empty()) return "";
    const Flow& chosen = batch.flows.front();
    EXPECT_EQ(chosen.id, "a");
    last_listed_time_ = chosen.listed_time;
    EXPECT_EQ(chosen.value(FlowField::Action).empty(), chosen.is_partial);
    return std::to_string(chosen.version_time.time_since_epoch().count()) +
           (chosen.is_partial ? " identity" : "");
  }

  SeenVersions listed_;
  ComingHits coming_;
  UnixSeconds last_listed_time_{};
  VersionChoice choice_{listed_};
};

TEST_F(VersionChoiceTest, HandsOnEveryListedVersionOfDifferentPages) {
  list({5, 9});
  EXPECT_EQ(choose({.listed = 5, .version = 5}), "5");
  EXPECT_EQ(choose({.listed = 9, .version = 9}), "9");
}

TEST_F(VersionChoiceTest, HandsOnThePresentVersionInThePlaceOfOneThatIsGone) {
  list({5});
  EXPECT_EQ(choose({.listed = 5, .version = 9}), "9");
}

TEST_F(VersionChoiceTest, LeavesOutAListedVersionThatHasComeInThePlaceOfAnother) {
  list({5});
  EXPECT_EQ(choose({.listed = 5, .version = 9}), "9");
  list({9});
  EXPECT_EQ(choose({.listed = 9, .version = 9}), "");
}

TEST_F(VersionChoiceTest, HandsOnTheIdentityIfTheVersionInItsPlaceHasCome) {
  list({9});
  EXPECT_EQ(choose({.listed = 9, .version = 9}), "9");
  list({5});
  EXPECT_EQ(choose({.listed = 5, .version = 9}), "5 identity");
}

TEST_F(VersionChoiceTest, HandsOnAVersionInThePlaceOfAnotherThoughItIsToComeByItself) {
  list({5, 9});
  EXPECT_EQ(choose({.listed = 5, .version = 9, .action = "DENY"}), "9");
  // By then it is gone, too.
  EXPECT_EQ(choose({.listed = 9, .version = 10}), "10");
}

TEST_F(VersionChoiceTest, TakesAVersionThatIsToComeByItselfForItsOwnLine) {
  list({5, 9});
  EXPECT_EQ(choose({.listed = 5, .version = 9}), "9");
  EXPECT_EQ(last_listed_time_, at(9)) << "late flows are known by it";
  list({3});
  EXPECT_EQ(choose({.listed = 3, .version = 10}), "10");
  EXPECT_EQ(last_listed_time_, at(3));
}

TEST_F(VersionChoiceTest, HandsOnAVersionWhoseOwnLineHasAnotherContent) {
  list({5, 9});
  EXPECT_EQ(choose({.listed = 9, .version = 12}), "12");
  EXPECT_EQ(choose({.listed = 5, .version = 9}), "9");
}

TEST_F(VersionChoiceTest, LeavesOutTheIdentityOfAListedVersionWhoseContentHasCome) {
  list({5, 7, 9});
  EXPECT_EQ(choose({.listed = 5, .version = 9}), "9");
  EXPECT_EQ(choose({.listed = 7, .version = 12}), "12");
  EXPECT_EQ(choose({.listed = 9, .version = 12}), "");
}

TEST_F(VersionChoiceTest, ChoosesForEachFlowOfABatch) {
  list({9});
  EXPECT_EQ(choose({.listed = 9, .version = 9}), "9");
  for (const char* const id : {"a", "b"})
    (void)listed_.note({.id = id, .entity_type = "Flow", .time = at(5)}, 1);
  (void)listed_.note({.id = "b", .entity_type = "Flow", .time = at(9)}, 1);
  coming_.emplace("b", at(9));
  FlowBatch batch(TimeWindow{at(0), at(100)});
  for (const char* const id : {"a", "b", "c"}) {
    Flow& flow = batch.flows.emplace_back();
    flow.id = id;
    flow.listed_time = at(5);
    flow.version_time = at(9);
  }
  choice_.choose(batch, nullptr, [this] { return coming_; });
  ASSERT_EQ(batch.flows.size(), 3U);
  EXPECT_TRUE(batch.flows[0].is_partial) << "its version has come";
  EXPECT_FALSE(batch.flows[1].is_partial) << "its version is coming";
  EXPECT_FALSE(batch.flows[2].is_partial) << "its version is not listed";
}

TEST_F(VersionChoiceTest, LeavesOutTheIdentityOfAVersionThatHasComeInThePlaceOfAnother) {
  list({5, 9});
  EXPECT_EQ(choose({.listed = 5, .version = 9}), "9");
  EXPECT_EQ(choose({.listed = 9, .version = 9, .is_partial = true}), "");
}

TEST_F(VersionChoiceTest, HandsOnAVersionOfWhichNoMoreThanTheIdentityHasCome) {
  list({5, 9});
  EXPECT_EQ(choose({.listed = 9, .version = 9, .is_partial = true}), "9 identity");
  EXPECT_EQ(choose({.listed = 5, .version = 9}), "9");
}

TEST_F(VersionChoiceTest, KnowsAVersionWhoseTimeLooksLikeThatOfTheOneThatIsGone) {
  constexpr std::int64_t kPeriod = 65'536;  // of the times that SeenVersions takes for one
  list({1, 5 + kPeriod, 5});
  EXPECT_EQ(choose({.listed = 5 + kPeriod, .version = 5 + kPeriod}), std::to_string(5 + kPeriod));
  EXPECT_EQ(choose({.listed = 5, .version = 5 + kPeriod}), "5 identity");
}

TEST_F(VersionChoiceTest, LeavesOutAHitWithoutATimeIfItsVersionHasCome) {
  list({9});
  EXPECT_EQ(choose({.listed = 9, .version = 9}), "9");
  list({0});
  EXPECT_EQ(choose({.listed = 0, .version = 9}), "");
}

TEST_F(VersionChoiceTest, HandsOnAHitWithoutATimeOnceIfItsVersionComesLater) {
  list({0});
  EXPECT_EQ(choose({.listed = 0, .version = 9}), "9");
  list({9});
  EXPECT_EQ(choose({.listed = 9, .version = 9}), "");
}

TEST_F(VersionChoiceTest, HandsOnAPresentVersionOnceHoweverManyAreGone) {
  list({5, 7});
  EXPECT_EQ(choose({.listed = 5, .version = 9}), "9");
  EXPECT_EQ(choose({.listed = 7, .version = 9}), "7 identity");
}

TEST_F(VersionChoiceTest, HandsOnAPresentVersionWhoseTimeOnlyLooksLikeThatOfTheListedOne) {
  constexpr std::int64_t kPeriod = 65'536;  // of the times that SeenVersions takes for one
  list({5});
  EXPECT_EQ(choose({.listed = 5, .version = 5 + kPeriod}), std::to_string(5 + kPeriod));
}

TEST_F(VersionChoiceTest, HandsOnAllVersionsWithoutATime) {
  list({5, 7});
  EXPECT_EQ(choose({.listed = 5, .version = 0}), "0");
  EXPECT_EQ(choose({.listed = 7, .version = 0}), "0");
}

TEST_F(VersionChoiceTest, HandsOnWhatIsKnownOfVersionsThatCannotBeHad) {
  list({5, 9});
  EXPECT_EQ(choose({.listed = 5, .version = 5, .is_partial = true}), "5 identity");
  EXPECT_EQ(choose({.listed = 9, .version = 9, .is_partial = true}), "9 identity");
}

TEST_F(VersionChoiceTest, LeavesOutVersionsOfAPageThatHaveTheDecisionOfAnother) {
  list({5, 7, 9});
  Decisions decisions{{"a", {}}};
  EXPECT_EQ(choose({.listed = 9, .version = 9, .action = "DENY"}, &decisions), "9");
  EXPECT_EQ(choose({.listed = 7, .version = 7, .action = "DENY"}, &decisions), "");
  EXPECT_EQ(choose({.listed = 5, .version = 5, .action = "ALLOW"}, &decisions), "5");
}

TEST_F(VersionChoiceTest, HandsOnTheIdentityIfThePresentVersionHasTheDecisionOfAnother) {
  list({5, 7});
  Decisions decisions{{"a", {}}};
  EXPECT_EQ(choose({.listed = 7, .version = 7, .action = "DENY"}, &decisions), "7");
  EXPECT_EQ(choose({.listed = 5, .version = 9, .action = "DENY"}, &decisions), "5 identity");
  // What has not been handed on then comes if another page lists it.
  list({9});
  EXPECT_EQ(choose({.listed = 9, .version = 9, .action = "DENY"}), "9");
}

TEST_F(VersionChoiceTest, KnowsTheDecisionOfAVersionThatHasComeInThePlaceOfAnother) {
  list({5});
  EXPECT_EQ(choose({.listed = 5, .version = 9, .action = "DENY"}), "9");
  list({9, 7});
  Decisions decisions{{"a", {}}};
  EXPECT_EQ(choose({.listed = 9, .version = 9, .action = "DENY"}, &decisions), "");
  EXPECT_EQ(choose({.listed = 7, .version = 7, .action = "DENY"}, &decisions), "");
}

TEST_F(VersionChoiceTest, DoesNotConfuseFlows) {
  list({5});
  EXPECT_EQ(choose({.listed = 5, .version = 9}), "9");
  FlowBatch batch(TimeWindow{at(0), at(100)});
  batch.flows.resize(1);
  batch.flows.front().id = "b";
  batch.flows.front().listed_time = batch.flows.front().version_time = at(9);
  choice_.choose(batch, nullptr, [this] { return coming_; });
  EXPECT_EQ(batch.flows.size(), 1U);
}

}  // namespace
}  // namespace vrni2syslog
