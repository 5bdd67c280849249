#include "vrni/search/reading_plan.h"

#include "base/error.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <random>
#include <string>
#include <vector>

namespace vrni2syslog {
namespace {

using testing::AllOf;
using testing::HasSubstr;
using Kind = ReadingStep::Kind;

[[nodiscard]] TimeWindow window(int start, int end) {
  return {UnixSeconds(std::chrono::seconds(start)), UnixSeconds(std::chrono::seconds(end))};
}

/// Hands the plan a page, as far as it looks at it.
void take_page(ReadingPlan& plan, std::optional<std::uint64_t> total, std::size_t results,
               std::uint64_t unreadable = 0) {
  SearchPage page;
  page.total_count = total;
  page.hits.resize(results);
  page.unreadable = unreadable;
  plan.take_page(page);
}

class ReadingPlanTest : public testing::Test {
 protected:
  void expect_search(int start, int end) {
    const ReadingStep step = plan_.next();
    ASSERT_EQ(step.kind, Kind::Search);
    EXPECT_EQ(step.window, window(start, end));
    search_ = step.search;
  }
  void expect_count(int start, int end) {
    const ReadingStep step = plan_.next();
    ASSERT_EQ(step.kind, Kind::Count);
    EXPECT_EQ(step.window, window(start, end));
  }
  void expect_done() { EXPECT_EQ(plan_.next().kind, Kind::Done); }

  /// A page that announces `total` and lists flows [first, last).
  void list(std::optional<std::uint64_t> total, int first, int last) {
    take_page(plan_, total, static_cast<std::size_t>(last - first));
    for (int id = first; id < last; ++id)
      plan_.take_listed(seen_.note(compact_id("1:515:" + std::to_string(id)), search_));
  }
  template <typename Action>
  [[nodiscard]] std::string error_of(const Action& action) {
    try {
      action();
    } catch (const Error& error) {
      EXPECT_EQ(error.fault(), Fault::Data);
      return error.what();
    }
    return "no error";
  }

  ReadingPlan plan_{window(0, 100)};
  SeenIds seen_;
  SearchNumber search_ = 0;
};

TEST_F(ReadingPlanTest, OneSearchIsEnoughIfAllIsListed) {
  expect_search(0, 100);
  list(3, 0, 3);
  plan_.finish_search(1);
  expect_done();
  EXPECT_EQ(plan_.statistics().announced, 3U);
  EXPECT_EQ(plan_.statistics().searches, 1U);
}

TEST_F(ReadingPlanTest, ThatAUnitIsEmptyIsAskedTwice) {
  expect_search(0, 100);
  list(0, 0, 0);
  plan_.finish_search(1);
  expect_search(0, 100);
  list(0, 0, 0);
  plan_.finish_search(1);
  expect_done();
  EXPECT_EQ(plan_.statistics().announced, 0U);
}

TEST_F(ReadingPlanTest, AUnitThatOnlySeemedEmptyIsRead) {
  expect_search(0, 100);
  list(0, 0, 0);
  plan_.finish_search(1);
  expect_search(0, 100);
  list(3, 0, 3);
  plan_.finish_search(1);
  expect_done();
  EXPECT_EQ(plan_.statistics().announced, 3U);
}

TEST_F(ReadingPlanTest, ALaterSearchDoesNotTakeBackWhatWasAnnounced) {
  for (const std::optional<std::uint64_t> total : {std::optional<std::uint64_t>(), {0}, {500}}) {
    ReadingPlan plan(window(0, 100));
    SeenIds seen;
    EXPECT_EQ(plan.next().search, 1);
    take_page(plan, 1000, 990);
    for (int id = 0; id < 990; ++id)
      plan.take_listed(seen.note(compact_id("1:515:" + std::to_string(id)), 1));
    plan.finish_search(2);
    EXPECT_EQ(plan.next().search, 2);
    take_page(plan, total, 0);  // a node that has just started, say
    plan.finish_search(1);
    EXPECT_EQ(plan.next().window, window(0, 50));
  }
}

TEST_F(ReadingPlanTest, AFewFlowsMayLeaveButNotATenth) {
  for (const int left : {95, 80}) {
    ReadingPlan plan(window(0, 100));
    SeenIds seen;
    EXPECT_EQ(plan.next().search, 1);
    take_page(plan, 100, 50);
    plan.finish_search(1);
    EXPECT_EQ(plan.next().search, 2);
    take_page(plan, static_cast<std::uint64_t>(left), static_cast<std::size_t>(left));
    for (int id = 0; id < left; ++id)
      plan.take_listed(seen.note(compact_id("1:515:" + std::to_string(id)), 2));
    plan.finish_search(1);
    EXPECT_EQ(plan.next().kind, left == 95 ? Kind::Done : Kind::Search) << left;
  }
}

TEST_F(ReadingPlanTest, ASearchDuringWhichTheNumberChangesIsConfirmedByOneThatBringsNothingNew) {
  expect_search(0, 100);
  list(9, 0, 5);
  list(10, 5, 10);
  plan_.finish_search(2);
  expect_search(0, 100);
  list(10, 0, 5);
  list(9, 5, 10);
  plan_.finish_search(2);
  expect_done();
}

TEST_F(ReadingPlanTest, ASearchThatBreaksOffIsNotWholeByWhatOthersListed) {
  expect_search(0, 100);
  list(20, 0, 10);
  list(19, 10, 19);
  plan_.finish_search(2);
  expect_search(0, 100);
  list(19, 0, 10);
  plan_.abandon_search("500");
  expect_search(0, 50);
}

TEST_F(ReadingPlanTest, ARoundNumberMayBeTheLimitOfCounting) {
  expect_search(0, 100);
  take_page(plan_, 20'000, 0);
  for (int id = 0; id < 20'000; ++id)
    plan_.take_listed(seen_.note(compact_id("1:515:" + std::to_string(id)), search_));
  plan_.finish_search(2);
  expect_search(0, 50);
  list(3, 20'000, 20'003);
  plan_.finish_search(1);
  expect_search(50, 100);
  list(0, 0, 0);
  plan_.finish_search(1);
  expect_done();
  EXPECT_EQ(plan_.statistics().announced, 20'003U);
}

TEST_F(ReadingPlanTest, ALaterAnnouncementThatTheSearchExceedsMeansNothing) {
  expect_search(0, 100);
  list(60, 0, 50);
  plan_.finish_search(2);
  expect_search(0, 100);
  list(5, 0, 50);
  plan_.finish_search(2);
  expect_search(0, 50);
}

TEST_F(ReadingPlanTest, AnAnnouncementThatTwoSearchesExceedIsDropped) {
  expect_search(0, 100);
  list(10, 0, 25);
  plan_.finish_search(1);
  expect_search(0, 100);
  list(10, 0, 25);
  plan_.finish_search(1);
  expect_done();
  EXPECT_EQ(plan_.statistics().announced, std::nullopt);
}

TEST_F(ReadingPlanTest, VersionsThatMayHideMissingFlowsAreConfirmedByAnotherSearch) {
  // The platform counts flows, and lists versions: 9 of 10 flows, of which two have two versions.
  for (const std::uint64_t pages : {1, 2}) {
    ReadingPlan plan(window(0, 100));
    SeenIds seen;
    for (std::uint64_t search = 1; search <= pages; ++search) {
      ASSERT_EQ(plan.next().kind, Kind::Search);
      take_page(plan, 10, 11);
      for (int id = 0; id < 11; ++id) {
        plan.take_listed(seen.note(compact_id("1:515:" + std::to_string(id)),
                                   static_cast<SearchNumber>(search)));
        if (id >= 9) plan.take_further_version();
      }
      plan.finish_search(pages);
    }
    EXPECT_EQ(plan.next().kind, Kind::Done) << pages << " pages";
  }
}

TEST_F(ReadingPlanTest, VersionsThatMayHideMissingFlowsAreSearchedForAsLongAsThatBringsNews) {
  // The platform counts 10 flows. Every search lists 8 of them, of which three have two versions,
  // and the first `searches_with_news` searches each list a flow that those before did not.
  for (const int searches_with_news : {1, 2, 4, 7, 20}) {
    ReadingPlan plan(window(0, 100));
    SeenIds seen;
    int searches = 0;
    for (ReadingStep step = plan.next(); step.kind == Kind::Search && searches < 50;
         step = plan.next()) {
      ASSERT_EQ(step.window, window(0, 100));
      take_page(plan, 10, 11);
      const int last = std::min(++searches, searches_with_news);
      for (const int id : {last, 50, 51, 52, 53, 54, 55, 56, 57, 58, 59})
        plan.take_listed(seen.note(compact_id("1:515:" + std::to_string(id)), step.search));
      for (int version = 0; version < 3; ++version) plan.take_further_version();
      plan.finish_search(2);
    }
    EXPECT_EQ(searches, std::min(searches_with_news + 1, 8)) << searches_with_news;
  }
}

TEST_F(ReadingPlanTest, ASearchThatFailsAndMayHideMissingFlowsIsReadInHalves) {
  for (const int further : {0, 3}) {
    ReadingPlan plan(window(0, 100));
    SeenIds seen;
    ASSERT_EQ(plan.next().kind, Kind::Search);
    take_page(plan, 10, 11);
    for (int id = 0; id < 11; ++id)
      plan.take_listed(seen.note(compact_id("1:515:" + std::to_string(id)), 1));
    for (int i = 0; i < further; ++i) plan.take_further_version();
    plan.abandon_search("the cursor has expired");
    const ReadingStep next = plan.next();
    EXPECT_EQ(next.kind, further == 0 ? Kind::Done : Kind::Search);
    if (further > 0) {
      EXPECT_EQ(next.window, window(0, 50));
    }
  }
}

TEST_F(ReadingPlanTest, VersionsThatAreNotCountedDoNotMakeANumberMeaningless) {
  expect_search(0, 100);
  list(10, 0, 30);
  for (int i = 0; i < 20; ++i) plan_.take_further_version();
  plan_.finish_search(1);
  expect_done();
  EXPECT_EQ(plan_.statistics().announced, 10U);
}

TEST_F(ReadingPlanTest, OnlyTheSecondSearchOfAnEmptyUnitWaits) {
  EXPECT_FALSE(plan_.next().is_after_pause);
  list(0, 0, 0);
  plan_.finish_search(1);
  EXPECT_TRUE(plan_.next().is_after_pause);
}

TEST_F(ReadingPlanTest, AWindowOfUnknownSizeIsSearchedUntilNothingNewComes) {
  for (const int last : {5, 7, 7}) {
    expect_search(0, 100);
    list(std::nullopt, 0, last);
    plan_.finish_search(2);
  }
  expect_done();
  EXPECT_EQ(plan_.statistics().announced, std::nullopt);
}

TEST_F(ReadingPlanTest, AWindowOfUnknownSizeThatAlwaysBringsNewFlowsIsHalved) {
  for (int search = 1; search <= 8; ++search) {
    expect_search(0, 100);
    list(std::nullopt, 0, search);
    plan_.finish_search(2);
  }
  expect_search(0, 50);
  list(std::nullopt, 0, 4);
  plan_.finish_search(1);
  expect_search(50, 100);
  list(std::nullopt, 4, 8);
  plan_.finish_search(1);
  expect_done();
}

TEST_F(ReadingPlanTest, AWindowOfUnknownSizeWithARoundNumberOfFlowsMayHaveMore) {
  expect_search(0, 100);
  list(std::nullopt, 0, 10'000);
  plan_.finish_search(10);
  expect_search(0, 50);
}

TEST_F(ReadingPlanTest, ASecondOfUnknownSizeThatNeverSettlesIsNotWhole) {
  ReadingPlan plan(window(0, 1));
  std::string reason;
  for (int search = 1; search <= 32 && reason.empty(); ++search) {
    EXPECT_EQ(plan.next().search, search);
    plan.take_listed(0);
    reason = error_of([&] { plan.finish_search(2); });
    if (reason == "no error") reason.clear();
  }
  EXPECT_THAT(reason, AllOf(HasSubstr("32 of unknown"), HasSubstr("other flows")));
}

TEST_F(ReadingPlanTest, AShortfallIsReadAgainAndBothSearchesCount) {
  expect_search(0, 100);
  list(10, 0, 5);
  list(10, 7, 10);  // two have shifted past the page's edge
  plan_.finish_search(2);
  expect_search(0, 100);
  list(10, 2, 7);  // as on the other side of it now
  plan_.finish_search(2);
  expect_done();
  EXPECT_EQ(plan_.statistics().rereads, 1U);
}

TEST_F(ReadingPlanTest, AsksForOtherPagesWhenItReadsAgain) {
  ReadingPlan plan(window(10, 11));
  for (const std::size_t size : {10'000U, 7U, 8U, 5U, 9U, 6U, 9U, 7U}) {
    EXPECT_EQ(plan.next().page_size, size);
    take_page(plan, 30, 10);  // no longer than that, whatever is asked for
    if (plan.statistics().searches < 8) plan.finish_search(3);
  }
  EXPECT_THROW(plan.finish_search(3), Error);
}

TEST_F(ReadingPlanTest, ReadsOnAsLongAsThatBringsNews) {
  for (int found = 1; found <= 7; ++found) {
    expect_search(0, 100);
    list(100, 0, found);
    plan_.finish_search(2);
  }
  expect_search(0, 100);
  list(100, 0, 8);
  plan_.finish_search(2);  // the eighth is the last in any case
  expect_search(0, 50);
}

TEST_F(ReadingPlanTest, TheLastSearchSaysHowManyThereAre) {
  expect_search(0, 100);
  list(10, 0, 9);
  plan_.finish_search(1);
  expect_search(0, 100);  // one is gone since
  list(9, 0, 9);
  plan_.finish_search(1);
  expect_done();
  EXPECT_EQ(plan_.statistics().announced, 9U);
}

TEST_F(ReadingPlanTest, WithinASearchTheLargestNumberCounts) {
  expect_search(0, 100);
  list(10, 0, 9);
  list(0, 9, 9);
  plan_.finish_search(2);
  expect_search(0, 100);
}

TEST_F(ReadingPlanTest, AWindowThatStaysShortIsReadInHalves) {
  expect_search(0, 100);
  list(4, 0, 2);
  plan_.finish_search(1);
  expect_search(0, 100);
  list(4, 0, 2);
  plan_.finish_search(1);
  expect_search(0, 50);
  list(2, 0, 2);
  plan_.finish_search(1);
  expect_search(50, 100);
  list(2, 2, 4);
  plan_.finish_search(1);
  expect_done();
  EXPECT_EQ(plan_.statistics().halvings, 1U);
}

TEST_F(ReadingPlanTest, AFlowInBothHalvesCountsInEach) {
  expect_search(0, 100);
  list(3, 0, 1);
  plan_.abandon_search("too deep");
  expect_search(0, 50);
  list(2, 0, 2);
  plan_.finish_search(1);
  expect_search(50, 100);
  list(2, 0, 1);  // still active: it is missing here, though it was listed before
  plan_.finish_search(2);
  expect_search(50, 100);
  list(2, 2, 3);
  plan_.finish_search(1);
  expect_done();
}

TEST_F(ReadingPlanTest, HalvesThatLackWhatTheWholeAnnouncedAreCountedAgain) {
  expect_search(0, 100);
  list(10, 0, 1);
  plan_.abandon_search("too deep");
  expect_search(0, 50);
  list(4, 0, 4);
  plan_.finish_search(1);
  expect_search(50, 100);
  list(5, 4, 9);
  plan_.finish_search(1);
  expect_count(0, 100);
  plan_.finish_count(9);  // one has gone in the meantime
  expect_done();
}

TEST_F(ReadingPlanTest, WhatIsStillMissingThenIsLookedForInOtherParts) {
  expect_search(0, 100);
  list(10, 0, 9);
  plan_.abandon_search("too deep");
  for (const auto& [start, end] : {std::pair(0, 50), std::pair(50, 100)}) {
    expect_search(start, end);
    list(9, 0, 9);
    plan_.finish_search(1);
  }
  expect_count(0, 100);
  plan_.finish_count(10);
  expect_search(0, 33);
  list(9, 0, 9);
  plan_.finish_search(1);
  expect_search(33, 100);
  list(9, 0, 9);
  plan_.finish_search(1);
  expect_count(0, 100);
  EXPECT_THAT(error_of([this] { plan_.finish_count(10); }),
              AllOf(HasSubstr("window 1970-01-01T00:00:00Z to 1970-01-01T00:01:40Z"),
                    HasSubstr("announced 10"), HasSubstr("listed 9"),
                    HasSubstr("--since 1970-01-01T00:00:00Z --until 1970-01-01T00:01:40Z")));
}

TEST_F(ReadingPlanTest, ASearchThatFailsBehindTheLastFlowIsWhole) {
  expect_search(0, 100);
  list(3, 0, 3);
  plan_.abandon_search("too deep");
  expect_done();
}

TEST_F(ReadingPlanTest, ASearchThatFailsWithoutATotalIsHalved) {
  expect_search(0, 100);
  plan_.take_listed(0);
  plan_.abandon_search("too deep");
  expect_search(0, 50);
}

TEST_F(ReadingPlanTest, ASecondThatIsTooLargeIsAnErrorThatSaysSo) {
  ReadingPlan plan(window(10, 12));
  EXPECT_EQ(plan.next().window, window(10, 12));
  EXPECT_TRUE(plan.can_halve());
  plan.abandon_search("400");
  EXPECT_EQ(plan.next().window, window(10, 11));
  take_page(plan, 20'000, 1);
  plan.take_listed(0);
  EXPECT_FALSE(plan.can_halve());
  EXPECT_THAT(
      error_of([&plan] { plan.abandon_search("answers 400"); }),
      AllOf(HasSubstr("1970-01-01T00:00:10Z to 1970-01-01T00:00:11Z"), HasSubstr("one second"),
            HasSubstr("1 of 20000"), HasSubstr("answers 400"), HasSubstr("--filter")));
}

TEST_F(ReadingPlanTest, ResultsWithoutAnIdKeepAWindowFromBeingWhole) {
  ReadingPlan plan(window(10, 11));
  for (SearchNumber search = 1; search < 8; ++search) {
    EXPECT_EQ(plan.next().search, search);
    plan.take_listed(static_cast<SearchNumber>(search - 1));
    take_page(plan, {}, 1, 2);
    plan.finish_search(1);
  }
  EXPECT_EQ(plan.next().search, 8);
  plan.take_listed(7);
  take_page(plan, {}, 1, 2);
  EXPECT_THAT(error_of([&plan] { plan.finish_search(1); }),
              HasSubstr("listed 1 flows, and 2 more without a readable id"));
}

TEST_F(ReadingPlanTest, TheNumberOfSearchesIsBounded) {
  ReadingPlan plan(window(0, 1 << 20));
  const std::string error = error_of([&plan] {
    for (;;) {
      const ReadingStep step = plan.next();
      ASSERT_EQ(step.kind, Kind::Search);
      // Down to the last second, and only then whole: every second costs a search.
      if (plan.can_halve()) {
        plan.abandon_search("too deep");
      } else {
        take_page(plan, 0, 0);
        plan.finish_search(1);
      }
    }
  });
  EXPECT_THAT(error, AllOf(HasSubstr("65535 searches"), HasSubstr("--resolution")));
}

/// A platform with flows of known activity whose searches go wrong at random.
class UnrulyPlatform {
 public:
  explicit UnrulyPlatform(unsigned seed) : random_(seed) {
    page_size_ = 1 + below(40);
    deepest_ = below(2) == 0 ? 0 : page_size_ * (1 + below(4));
    ends_early_ = below(3) == 0;
    hidden_ = below(2) == 0 ? 0 : 1 + below(3);
    forgets_ = below(4) == 0;
    const std::size_t count = below(300);
    for (std::size_t i = 0; i < count; ++i) {
      const int first = static_cast<int>(below(kSeconds));
      flows_.push_back({first, first + static_cast<int>(below(below(2) == 0 ? 3 : 600))});
    }
  }

  static constexpr int kSeconds = 3600;

  [[nodiscard]] std::vector<std::size_t> active_in(const TimeWindow& span) const {
    std::vector<std::size_t> active;
    for (std::size_t i = 0; i < flows_.size(); ++i) {
      const auto start = span.start.time_since_epoch().count();
      const auto end = span.end.time_since_epoch().count();
      if (flows_[i].last >= start && flows_[i].first < end) active.push_back(i);
    }
    return active;
  }

  /// Pages through a search as UnitReader does.
  void answer(const ReadingStep& step, ReadingPlan& plan, SeenIds& seen) {
    const std::vector<std::size_t> all = active_in(step.window);
    std::uint64_t pages = 0;
    const std::size_t size = std::min(page_size_, step.page_size);
    for (std::size_t offset = 0;; offset += size) {
      if (pages > 0 && deepest_ != 0 && offset + size > deepest_)
        return plan.abandon_search("too deep");
      // Some pages are read while the first few flows are not there: the rest shifts. The first is
      // not, since nobody could tell.
      const std::size_t shift = pages > 0 && below(2) == 0 ? hidden_ : 0;
      const std::size_t first = std::min(offset + shift, all.size());
      const std::size_t last = std::min(first + size, all.size());
      take_page(plan, announced(all.size() - std::min(shift, all.size()), step.search),
                last - first);
      for (std::size_t i = first; i < last; ++i)
        plan.take_listed(seen.note(compact_id("1:515:" + std::to_string(all[i])), step.search));
      ++pages;
      if (last == all.size()) break;
      if (ends_early_ && pages == 2) break;
    }
    plan.finish_search(pages);
  }

 private:
  /// What a page says: in some searches after the first, nothing, or nothing that is true.
  [[nodiscard]] std::optional<std::uint64_t> announced(std::uint64_t total, SearchNumber search) {
    if (!forgets_ || search == 1 || below(10) != 0) return total;
    return below(2) == 0 ? std::optional<std::uint64_t>() : 0;
  }

  struct Activity {
    int first;
    int last;
  };

  [[nodiscard]] std::size_t below(std::size_t limit) {
    return std::uniform_int_distribution<std::size_t>(0, limit - 1)(random_);
  }

  std::mt19937 random_;
  std::vector<Activity> flows_;
  std::size_t page_size_;
  std::size_t deepest_;
  bool ends_early_;
  std::size_t hidden_;
  bool forgets_;
};

TEST(ReadingPlan, MissesNothingOnAnUnrulyPlatformOrSaysSo) {
  constexpr unsigned kPlatforms = 500;
  const TimeWindow unit = window(0, UnrulyPlatform::kSeconds);
  unsigned read_whole = 0;
  for (unsigned seed = 0; seed < kPlatforms; ++seed) {
    UnrulyPlatform platform(seed);
    ReadingPlan plan(unit);
    SeenIds seen;
    try {
      for (ReadingStep step = plan.next(); step.kind != Kind::Done; step = plan.next()) {
        if (step.kind == Kind::Count)
          plan.finish_count(platform.active_in(step.window).size());
        else
          platform.answer(step, plan, seen);
      }
    } catch (const Error&) {
      continue;
    }
    ++read_whole;
    for (const std::size_t flow : platform.active_in(unit))
      EXPECT_TRUE(seen.contains(compact_id("1:515:" + std::to_string(flow))))
          << "platform " << seed;
    EXPECT_EQ(seen.size(), platform.active_in(unit).size()) << "platform " << seed;
  }
  EXPECT_GT(read_whole, kPlatforms / 2) << "most of them can be read";
}

}  // namespace
}  // namespace vrni2syslog
