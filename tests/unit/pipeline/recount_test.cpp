#include "pipeline/recount.h"

#include "base/file.h"
#include "pipeline/manifest_chains.h"
#include "support/manual_clock.h"
#include "support/temporary_directory.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <limits>
#include <memory>
#include <span>
#include <string>
#include <utility>

namespace vrni2syslog {
namespace {

using std::chrono::hours;
using std::chrono::minutes;
using testing::AllOf;
using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;
using testing::Not;
using testing::SizeIs;

[[nodiscard]] TimeWindow window_of(int hour) {
  const UnixSeconds start(std::chrono::seconds(1'795'348'800));  // 2026-11-22T12:00:00Z
  return {start + hours(hour), start + hours(hour + 1)};
}

/// What the platform has in every window.
struct Listing {
  std::vector<std::string> ids;
  std::uint64_t more_counted = 0;         ///< than there are
  std::uint64_t more_counted_before = 0;  ///< the same, but not by a search that lists them
  std::uint64_t count_limit = std::numeric_limits<std::uint64_t>::max();
  std::optional<Error> failure_of_count = std::nullopt;
  std::vector<TimeWindow> counted{};
  std::vector<std::vector<TimeWindow>> hints{};  ///< of what is going to be counted
  int readings = 0;
};

class ListedEpoch final : public FlowEpoch {
 public:
  ListedEpoch(const TimeWindow& window, const Listing& listing)
      : FlowEpoch(window), listing_(listing) {}

  std::unique_ptr<FlowBatch> next() override {
    if (next_ == listing_.ids.size()) return nullptr;
    auto batch = std::make_unique<FlowBatch>(window());
    Flow& flow = batch->flows.emplace_back();
    flow.id = flow.name = batch->copy(listing_.ids[next_++]);
    flow.version_time = flow.listed_time = window().start;
    return batch;
  }
  [[nodiscard]] ReadingStatistics statistics() const override {
    return {.announced = listing_.ids.size() + listing_.more_counted, .searches = 1};
  }

 private:
  const Listing& listing_;
  std::size_t next_ = 0;
};

class ListedSource final : public FlowSource {
 public:
  explicit ListedSource(Listing& listing) : listing_(listing) {}

  std::unique_ptr<FlowEpoch> read(const TimeWindow& unit) override {
    ++listing_.readings;
    return std::make_unique<ListedEpoch>(unit, listing_);
  }
  [[nodiscard]] std::uint64_t count(const TimeWindow& unit) override {
    listing_.counted.push_back(unit);
    if (listing_.failure_of_count) throw Error(*listing_.failure_of_count);
    const std::uint64_t more = listing_.more_counted + listing_.more_counted_before;
    return std::min(listing_.ids.size() + more, listing_.count_limit);
  }
  void prepare_counts(std::span<const TimeWindow> units) override {
    listing_.hints.emplace_back(units.begin(), units.end());
  }
  [[nodiscard]] bool may_be_counting_limit(std::uint64_t count) const override {
    return count == listing_.count_limit;
  }
  [[nodiscard]] SourceStatistics statistics() const override { return {}; }

 private:
  Listing& listing_;
};

class ListSink final : public Sink {
 public:
  void open() override { lines.clear(); }
  void send(std::shared_ptr<const LineBatch> batch) override {
    for (std::size_t i = 0; i < batch->line_count(); ++i) lines.emplace_back(batch->line(i));
  }
  [[nodiscard]] Receipt wait_for_receipt() override { return receipt; }
  void fail_over() override {}
  [[nodiscard]] std::string display_name() const override { return "a"; }

  std::vector<std::string> lines;
  Receipt receipt{Verdict::Consumed, ""};
};

class FixedLedger final : public Ledger {
 public:
  [[nodiscard]] std::vector<UnixSeconds> watermarks() const override { return marks; }
  [[nodiscard]] std::vector<std::vector<TimeWindow>> owed() const override { return owing; }
  [[nodiscard]] bool owe(const TimeWindow&, const std::vector<std::size_t>&) override {
    return false;
  }
  void confirm(const TimeWindow&, const Confirmations&) override {}
  [[nodiscard]] std::vector<ChainEnd> chains() const override { return {}; }
  void extend_chains(const std::map<std::size_t, ChainEnd>& ends) override { extended = ends; }

  std::map<std::size_t, ChainEnd> extended;

  std::vector<UnixSeconds> marks = std::vector<UnixSeconds>(2, window_of(40).end);
  std::vector<std::vector<TimeWindow>> owing = std::vector<std::vector<TimeWindow>>(2);
};

class RecountTest : public testing::Test {
 protected:
  RecountTest() {
    LineOptions options;
    options.origin = {"vrni.local", "vrni2syslog", "4711", "run-1"};
    lanes_.push_back({make_line_format("rfc5424", options), {}});
    for (std::size_t number = 0; number < sinks_.size(); ++number) {
      auto sink = std::make_unique<ListSink>();
      sinks_[number] = sink.get();
      lanes_[0].sinks.emplace(number, std::move(sink));
    }
    clock_.set_now(window_of(0).end + minutes(10));
    open();
  }
  /// The next run begins.
  void open() {
    clock_.advance(minutes(60));
    recent_.reset();
    recent_ = std::make_unique<RecentWindows>(RecentSettings{.state_directory = directory_.path(),
                                                             .job = "nightly",
                                                             .collectors = {"a", "b"},
                                                             .period = hours(24),
                                                             .chain_ends = chain_ends_},
                                              clock_, log_);
  }
  /// The collectors have confirmed what the platform has in that window.
  void send(int hour, const std::vector<std::size_t>& collectors = {0, 1}) {
    recent_->begin(window_of(hour));
    ListedEpoch epoch(window_of(hour), listing_);
    while (const auto batch = epoch.next()) recent_->note(*batch);
    recent_->confirm(collectors, listing_.ids.size());
  }
  [[nodiscard]] std::optional<Error> recount(const std::set<std::size_t>& unreachable = {}) {
    open();
    messages_.clear();
    EpochOptions options;
    options.recent = recent_.get();
    options.chains = chains_;
    Recount recount(source_, lanes_, options, ledger_, {clock_, limits_, log_});
    std::optional<Error> failure = recount.run(unreachable, [](const EpochCounts&) {});
    late_ = recount.counts().received;
    return failure;
  }

  TemporaryDirectory directory_;
  ManualClock clock_;
  std::string messages_;
  Log log_{LogLevel::Warning, LogFormat::Text,
           [this](std::string_view line) { messages_ += line; }};
  RunLimits limits_{std::stop_token(), clock_.steady_now() + hours(1000), false};
  Listing listing_{.ids = {"f1", "f2"}};
  ListedSource source_{listing_};
  std::vector<Lane> lanes_;
  std::array<ListSink*, 2> sinks_{};
  FixedLedger ledger_;
  ManifestChains* chains_ = nullptr;
  std::vector<std::optional<std::string>> chain_ends_;
  std::unique_ptr<RecentWindows> recent_;
  std::uint64_t late_ = 0;
};

TEST_F(RecountTest, SendsWhatHasComeSinceUnderAManifestOfItsOwn) {
  send(0);
  listing_.ids = {"f1", "f3", "f2", "f4"};
  EXPECT_EQ(recount(), std::nullopt);
  EXPECT_EQ(late_, 2U);
  for (const ListSink* sink : sinks_) {
    EXPECT_THAT(sink->lines,
                ElementsAre(AllOf(HasSubstr("flow_id=\"f3\""), HasSubstr(" late=\"1\"")),
                            HasSubstr("flow_id=\"f4\""),
                            AllOf(HasSubstr("flows=\"2\""), HasSubstr(" late=\"2\""))));
  }
  EXPECT_THAT(messages_, HasSubstr("has 4 flows now, and had 2 before"));
  sinks_[0]->lines.clear();
  EXPECT_EQ(recount(), std::nullopt);
  EXPECT_EQ(late_, 0U);
  EXPECT_EQ(messages_, "");
  EXPECT_THAT(sinks_[0]->lines, IsEmpty());
  listing_.ids.emplace_back("f5");
  EXPECT_EQ(recount(), std::nullopt);
  EXPECT_THAT(sinks_[0]->lines, SizeIs(2));
}

TEST_F(RecountTest, ExtendsTheChainsOfCollectorsThatConfirmWhatIsLate) {
  ManifestChains chains({{}, {.last = "aa", .key = {}}}, {}, log_);
  chains_ = &chains;
  send(0);
  listing_.ids.emplace_back("f3");
  sinks_[1]->receipt = {Verdict::Failed, "reset"};
  EXPECT_NE(recount(), std::nullopt);
  ASSERT_THAT(ledger_.extended, ElementsAre(testing::Key(0U)));
  Manifest next;
  (void)chains.tie(0, next, *lanes_[0].format);
  EXPECT_EQ(next.link->previous, ledger_.extended.at(0).last);
  (void)chains.tie(1, next, *lanes_[0].format);
  EXPECT_EQ(next.link->previous, "aa");
}

TEST_F(RecountTest, WritesDownWhatCollectorsOfRecordsAreAboutToCommit) {
  lanes_[0].record_key = RecordKey::FlowId;
  ManifestChains chains({{}, {}}, {}, log_);
  chains_ = &chains;
  send(0);
  listing_.ids.emplace_back("f3");
  // As if the run were gone.
  for (ListSink* sink : sinks_) sink->receipt = {Verdict::Failed, "reset"};
  EXPECT_NE(recount(), std::nullopt);
  EXPECT_EQ(late_, 1U);
  const std::string index =
      read_file(directory_.path() / "nightly.recent/index", 1U << 16U, Fault::CannotWrite);
  constexpr std::string_view kManifest = "  manifest: ";
  constexpr std::size_t kDigits = 64;
  const std::size_t found = index.find(kManifest);
  ASSERT_NE(found, std::string::npos) << index;
  chain_ends_ = {index.substr(found + kManifest.size(), kDigits), "of another manifest"};
  EXPECT_NE(recount(), std::nullopt);
  EXPECT_THAT(sinks_[0]->lines, SizeIs(2)) << "what was sent by the run that is gone";
  EXPECT_EQ(late_, 1U) << "for the other collector";
  EXPECT_THAT(sinks_[1]->lines, SizeIs(2));
}

TEST_F(RecountTest, SaysNothingOfANumberThatIsNotLarger) {
  send(0);
  for (const std::vector<std::string>& ids :
       {std::vector<std::string>{"f1", "f2"}, {"f2"}, {}, {"f3", "f4"}}) {
    listing_.ids = ids;
    EXPECT_EQ(recount(), std::nullopt);
    EXPECT_EQ(messages_, "");
  }
  EXPECT_EQ(listing_.readings, 0);
  EXPECT_THAT(listing_.counted, SizeIs(4));
}

TEST_F(RecountTest, TellsANumberThatNothingExplainsOnceAndAcceptsIt) {
  send(0);
  listing_.more_counted = 3;
  EXPECT_EQ(recount(), std::nullopt);
  EXPECT_THAT(messages_, HasSubstr("has brought no flow"));
  EXPECT_THAT(messages_, Not(HasSubstr("--settle")));
  EXPECT_THAT(sinks_[0]->lines, IsEmpty());
  EXPECT_EQ(recount(), std::nullopt);
  EXPECT_EQ(messages_, "");
  EXPECT_THAT(listing_.counted, SizeIs(2));
  EXPECT_EQ(listing_.readings, 1);
  listing_.ids.emplace_back("f3");
  EXPECT_EQ(recount(), std::nullopt);
  EXPECT_THAT(messages_, HasSubstr("has 6 flows now, and had 5 before"));
  EXPECT_THAT(sinks_[0]->lines, SizeIs(2));
}

TEST_F(RecountTest, TellsOnceThatThePlatformStopsCounting) {
  send(0);
  send(1);
  send(2);
  listing_.count_limit = 2;
  listing_.ids = {"f1", "f2", "f3"};
  EXPECT_EQ(recount(), std::nullopt);
  EXPECT_THAT(messages_, AllOf(HasSubstr("3 windows between 2026-11-22T12:00:00Z and "
                                         "2026-11-22T15:00:00Z cannot be recounted"),
                               HasSubstr("--resolution")));
  EXPECT_EQ(listing_.readings, 0);
  EXPECT_EQ(recount(), std::nullopt);
  EXPECT_EQ(messages_, "");
}

TEST_F(RecountTest, ReadsAWindowAgainThatHasGrownToWhereThePlatformStopsCounting) {
  send(0);
  listing_.count_limit = 3;
  listing_.ids = {"f1", "f2", "f3", "f4"};
  EXPECT_EQ(recount(), std::nullopt);
  EXPECT_EQ(late_, 2U);
  EXPECT_EQ(recount(), std::nullopt);
  EXPECT_THAT(messages_, HasSubstr("cannot be recounted"));
}

TEST_F(RecountTest, RemembersWhatThePlatformSaidWhileItListedTheLateFlows) {
  send(0);
  listing_.ids.emplace_back("f3");
  listing_.more_counted_before = 2;
  EXPECT_EQ(recount(), std::nullopt);
  EXPECT_EQ(late_, 1U);
  // What was counted and not listed comes.
  listing_.ids.insert(listing_.ids.end(), {"f4", "f5"});
  listing_.more_counted_before = 0;
  EXPECT_EQ(recount(), std::nullopt);
  EXPECT_EQ(late_, 2U);
}

TEST_F(RecountTest, SendsAgainInTheNextRunWhatACollectorHasNotConfirmed) {
  send(0);
  listing_.ids.emplace_back("f3");
  sinks_[1]->receipt = {Verdict::Failed, "it was reset"};
  const std::optional<Error> failure = recount();
  ASSERT_TRUE(failure);
  EXPECT_EQ(failure->fault(), Fault::Unconfirmed);
  EXPECT_THAT(failure->what(), HasSubstr("the next run sends those that it lacks"));
  sinks_[1]->receipt = {Verdict::Consumed, ""};
  sinks_[0]->lines.clear();
  EXPECT_EQ(recount(), std::nullopt);
  EXPECT_THAT(sinks_[0]->lines, IsEmpty());
  EXPECT_THAT(sinks_[1]->lines, SizeIs(2));
}

TEST_F(RecountTest, LooksAtWhatEachCollectorHas) {
  send(0, {0});
  listing_.ids.emplace_back("f3");
  send(0, {1});
  EXPECT_EQ(recount(), std::nullopt);
  EXPECT_THAT(sinks_[0]->lines, SizeIs(2));
  EXPECT_THAT(sinks_[1]->lines, IsEmpty());
  EXPECT_THAT(listing_.counted, SizeIs(1));
}

TEST_F(RecountTest, LeavesOutCollectorsThatGetTheWindowAnywayOrCannotBeReached) {
  send(0);
  listing_.ids.emplace_back("f3");
  EXPECT_EQ(recount({0, 1}), std::nullopt);
  ledger_.marks = {window_of(0).end - minutes(1), window_of(0).end};
  ledger_.owing[1] = {window_of(0)};
  EXPECT_EQ(recount(), std::nullopt);
  EXPECT_THAT(listing_.counted, IsEmpty());
  ledger_.owing[1].clear();
  EXPECT_EQ(recount(), std::nullopt);
  EXPECT_THAT(sinks_[0]->lines, IsEmpty());
  EXPECT_THAT(sinks_[1]->lines, SizeIs(2));
}

TEST_F(RecountTest, TellsOnceWhichSettleWouldHaveBeenEnough) {
  send(0);
  send(1);
  listing_.ids.emplace_back("f3");
  EXPECT_EQ(recount(), std::nullopt);
  // The first window ended at 13:00 and was read 70 minutes later, and again after 60 minutes.
  EXPECT_THAT(messages_, HasSubstr("--settle is too short: flows were still missing 70m after the "
                                   "end of their window, and were there 130m after it; --settle "
                                   "130m would have been enough"));
  EXPECT_EQ(messages_.find("--settle is"), messages_.rfind("--settle is"));
}

TEST_F(RecountTest, IsNoFailureWhereThePlatformDoesNotCount) {
  send(0);
  send(1);
  for (const Fault fault : {Fault::Data, Fault::Usage}) {
    listing_.counted.clear();
    listing_.failure_of_count = Error(fault, "the answer has no total_count");
    EXPECT_EQ(recount(), std::nullopt);
    EXPECT_THAT(messages_, HasSubstr("recounting 2 windows between 2026-11-22T12:00:00Z and "
                                     "2026-11-22T14:00:00Z: the answer has no total_count"));
    EXPECT_EQ(std::ranges::count(messages_, '\n'), 1);
    EXPECT_THAT(listing_.counted, SizeIs(2));
  }
  listing_.failure_of_count = Error(Fault::Unreachable, "gone");
  const std::optional<Error> failure = recount();
  ASSERT_TRUE(failure);
  EXPECT_EQ(failure->fault(), Fault::Unreachable);
  EXPECT_THAT(listing_.counted, SizeIs(3));
}

TEST_F(RecountTest, GivesWindowsThatCannotBeCountedNoPlaceBeforeTheOthers) {
  for (int minute = 0; minute < 30; ++minute) {
    recent_->begin(
        {window_of(0).start + minutes(minute), window_of(0).start + minutes(minute + 1)});
    recent_->confirm({0}, 0);
  }
  listing_.failure_of_count = Error(Fault::Data, "the answer has no total_count");
  EXPECT_EQ(recount(), std::nullopt);
  const std::vector<TimeWindow> first = std::exchange(listing_.counted, {});
  EXPECT_THAT(first, SizeIs(24));
  EXPECT_EQ(recount(), std::nullopt);
  EXPECT_THAT(listing_.counted, SizeIs(24));
  std::size_t again = 0;
  for (const TimeWindow& window : listing_.counted)
    again += static_cast<std::size_t>(std::ranges::count(first, window));
  EXPECT_EQ(again, 18U);
}

TEST_F(RecountTest, SaysWhichWindowsItIsGoingToCountNextEachOnce) {
  for (const int hour : {0, 1, 2}) send(hour, {0});
  for (const int hour : {0, 1, 2}) send(hour, {1});
  EXPECT_EQ(recount(), std::nullopt);
  EXPECT_THAT(listing_.counted, SizeIs(3));
  for (std::size_t i = 0; i < listing_.counted.size(); ++i) {
    const std::span<const TimeWindow> rest = std::span(listing_.counted).subspan(i);
    EXPECT_THAT(listing_.hints, testing::Contains(testing::ElementsAreArray(rest)));
  }
}

TEST_F(RecountTest, AsksOfNoWindowForACollectorThatHasFailed) {
  for (const int hour : {0, 1, 2}) send(hour, {0});
  listing_.ids.emplace_back("f3");
  sinks_[0]->receipt = {Verdict::Failed, "reset"};
  EXPECT_NE(recount(), std::nullopt);
  EXPECT_THAT(listing_.counted, SizeIs(1));
  EXPECT_THAT(listing_.hints, ElementsAre(SizeIs(3), IsEmpty(), IsEmpty()));
}

TEST_F(RecountTest, TellsOnceWhichWindowsWereForgottenWithoutIt) {
  for (const int hour : {0, 1, 2, 30}) send(hour);
  EXPECT_EQ(recount(), std::nullopt);
  EXPECT_THAT(messages_,
              AllOf(HasSubstr("3 windows between 2026-11-22T12:00:00Z and 2026-11-22T15:00:00Z "
                              "left the time of --recount"),
                    HasSubstr("24 windows at most")));
  EXPECT_EQ(recount(), std::nullopt);
  EXPECT_EQ(messages_, "");
}

TEST_F(RecountTest, GivesNoPlaceToWindowsOfCollectorsThatCannotBeReached) {
  for (int minute = 0; minute < 30; ++minute) {
    recent_->begin(
        {window_of(0).start + minutes(minute), window_of(0).start + minutes(minute + 1)});
    recent_->confirm({1}, 0);
  }
  send(1, {0});
  EXPECT_EQ(recount({1}), std::nullopt);
  EXPECT_THAT(listing_.counted, testing::ElementsAre(window_of(1)));
}

TEST_F(RecountTest, AsksOfTwentyFourWindowsInARunAndOfTheOthersInTheNext) {
  for (int hour = 0; hour < 30; ++hour) send(hour);
  clock_.advance(minutes(10));
  EXPECT_EQ(recount(), std::nullopt);
  // All but the first six, which ended 24 hours before the last.
  EXPECT_THAT(listing_.counted, SizeIs(24));
  for (int minute = 0; minute < 30; ++minute) {
    recent_->begin(
        {window_of(30).start + minutes(minute), window_of(30).start + minutes(minute + 1)});
    recent_->confirm({0}, 0);
  }
  listing_.counted.clear();
  listing_.ids.clear();
  EXPECT_EQ(recount(), std::nullopt);
  EXPECT_THAT(listing_.counted, SizeIs(24));
  const std::vector<TimeWindow> first = std::exchange(listing_.counted, {});
  EXPECT_EQ(recount(), std::nullopt);
  for (const TimeWindow& window : listing_.counted)
    EXPECT_THAT(first, Not(testing::Contains(window)));
}

}  // namespace
}  // namespace vrni2syslog
