#include "delivery/recent/recent_windows.h"

#include "base/file.h"
#include "support/error_of.h"
#include "support/manual_clock.h"
#include "support/temporary_directory.h"
#include "unit/delivery/flow_fixture.h"

#include <fmt/format.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <memory>
#include <utility>

namespace vrni2syslog {
namespace {

namespace fs = std::filesystem;
using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;
using testing::SizeIs;

class RecentWindowsTest : public testing::Test {
 protected:
  RecentWindowsTest() { clock_.set_now(hour(2)); }

  [[nodiscard]] std::unique_ptr<RecentWindows> open(
      std::vector<std::string> collectors = {"a", "b"},
      std::vector<std::optional<std::string>> chain_ends = {}) {
    return std::make_unique<RecentWindows>(RecentSettings{.state_directory = directory_.path(),
                                                          .job = "nightly",
                                                          .collectors = std::move(collectors),
                                                          .period = std::chrono::hours(24),
                                                          .chain_ends = std::move(chain_ends)},
                                           clock_, log_);
  }
  /// A run sends a late flow of the only reading, 10.0.0.2, and is gone before the collectors say
  /// whether they have it and its manifest.
  void send_late_and_be_gone(const std::vector<std::pair<std::size_t, std::string>>& manifests) {
    send(*open(), unit(0), {"10.0.0.1"});
    clock_.advance(std::chrono::hours(1));
    const auto recent = open();
    ASSERT_TRUE(recent->begin_late(due_of(*recent).at(0), 2));
    ASSERT_THAT(new_among(*recent, {"10.0.0.1", "10.0.0.2"}), ElementsAre("10.0.0.2"));
    for (const auto& [collector, manifest] : manifests) recent->await(collector, manifest);
    clock_.advance(std::chrono::hours(1));
  }
  /// Has the collectors confirm flows from these addresses.
  void send(RecentWindows& recent, const TimeWindow& window,
            const std::vector<std::string>& addresses,
            const std::vector<std::size_t>& collectors = {0, 1}) {
    FlowMaker maker(window);
    for (const std::string& address : addresses) maker.add(address);
    recent.begin(window);
    recent.note(maker.batch);
    recent.confirm(collectors, addresses.size());
  }
  [[nodiscard]] static std::vector<RecentReading> due_of(const RecentWindows& recent) {
    return recent.due(24, [](const RecentReading&) { return true; });
  }
  /// One flow in versions of these times.
  static void add_versions(FlowMaker& maker, const std::vector<UnixSeconds>& times) {
    for (const UnixSeconds time : times) maker.add("10.0.0.1").listed_time = time;
  }
  /// What is left of flows from these addresses in a late reading.
  [[nodiscard]] static std::vector<std::string> new_among(
      RecentWindows& recent, const std::vector<std::string>& addresses) {
    FlowMaker maker;
    for (const std::string& address : addresses) maker.add(address);
    recent.leave_out_known(maker.batch);
    std::vector<std::string> left;
    for (const Flow& flow : maker.batch.flows) left.emplace_back(flow.text(FlowField::SourceIp));
    recent.note(maker.batch);
    return left;
  }
  [[nodiscard]] fs::path folder() const { return directory_.path() / "nightly.recent"; }

  TemporaryDirectory directory_;
  ManualClock clock_;
  std::string told_;
  Log log_{LogLevel::Warning, LogFormat::Text, [this](std::string_view line) { told_ += line; }};
};

TEST_F(RecentWindowsTest, KnowInTheNextRunWhatWasConfirmed) {
  send(*open(), unit(0), {"10.0.0.1", "10.0.0.2"});
  clock_.advance(std::chrono::hours(1));
  const auto recent = open();
  const std::vector<RecentReading> due = due_of(*recent);
  ASSERT_THAT(due, SizeIs(1));
  EXPECT_EQ(due[0].window, unit(0));
  EXPECT_EQ(due[0].count, 2U);
  EXPECT_THAT(due[0].collectors, ElementsAre("a", "b"));
  ASSERT_TRUE(recent->begin_late(due[0], 3));
  EXPECT_THAT(new_among(*recent, {"10.0.0.1", "10.0.0.3", "10.0.0.2"}), ElementsAre("10.0.0.3"));
  recent->confirm({0, 1}, 3);
  EXPECT_THAT(due_of(*recent), IsEmpty());

  clock_.advance(std::chrono::hours(1));
  const auto next = open();
  ASSERT_THAT(due_of(*next), SizeIs(1));
  ASSERT_TRUE(next->begin_late(due_of(*next)[0], 3));
  EXPECT_THAT(new_among(*next, {"10.0.0.1", "10.0.0.3", "10.0.0.4"}), ElementsAre("10.0.0.4"));
  EXPECT_EQ(told_, "");
}

TEST_F(RecentWindowsTest, TellVersionsOfAFlowApartByTheTimesTheyAreListedWith) {
  const UnixSeconds one = hour(0);
  const UnixSeconds other = hour(1);
  const UnixSeconds none{};
  struct Case {
    std::vector<UnixSeconds> sent;
    std::vector<UnixSeconds> listed;
    std::size_t late;
  };
  const std::vector<Case> cases = {
      {.sent = {one}, .listed = {one}, .late = 0},
      {.sent = {one}, .listed = {other}, .late = 1},
      {.sent = {one}, .listed = {one, other}, .late = 1},
      {.sent = {none}, .listed = {none}, .late = 0},
      {.sent = {none}, .listed = {one}, .late = 0},
      {.sent = {none}, .listed = {one, other}, .late = 1},
      {.sent = {none}, .listed = {one, none}, .late = 1},
      {.sent = {one}, .listed = {none}, .late = 0},
      {.sent = {one, none}, .listed = {one, other}, .late = 0},
      {.sent = {}, .listed = {one, none}, .late = 2},
  };
  for (std::size_t i = 0; i < cases.size(); ++i) {
    auto recent = open();
    recent->begin(unit(0));
    FlowMaker sent;
    add_versions(sent, cases[i].sent);
    recent->note(sent.batch);
    recent->confirm({0, 1}, 1);
    recent = open();
    ASSERT_TRUE(recent->begin_late(due_of(*recent).at(0), 3));
    FlowMaker listed;
    add_versions(listed, cases[i].listed);
    recent->leave_out_known(listed.batch);
    EXPECT_EQ(listed.batch.flows.size(), cases[i].late) << i;
  }
}

TEST_F(RecentWindowsTest, KnowAFlowThatIsFetchedInAnotherVersionThanIsListed) {
  FlowMaker maker;
  maker.add("10.0.0.1").listed_time = hour(0);
  const auto recent = open();
  recent->begin(unit(0));
  recent->note(maker.batch);
  recent->confirm({0, 1}, 1);
  const auto next = open();
  ASSERT_TRUE(next->begin_late(due_of(*next).at(0), 3));
  maker.batch.flows[0].version_time = hour(5);
  next->leave_out_known(maker.batch);
  EXPECT_THAT(maker.batch.flows, IsEmpty());
}

TEST_F(RecentWindowsTest, RememberNothingOfAReadingThatIsNotConfirmed) {
  const auto recent = open();
  FlowMaker maker;
  maker.add("10.0.0.1");
  recent->begin(unit(0));
  recent->note(maker.batch);
  recent->confirm({}, 1);
  recent->begin(unit(1));
  send(*recent, unit(1), {});
  clock_.advance(std::chrono::hours(1));
  const std::vector<RecentReading> due = due_of(*open());
  ASSERT_THAT(due, SizeIs(1));
  EXPECT_EQ(due[0].window, unit(1));
  EXPECT_EQ(due[0].flows, 0U);
}

TEST_F(RecentWindowsTest, KeepWhatEachCollectorHasConfirmed) {
  const auto recent = open();
  send(*recent, unit(0), {"10.0.0.1"}, {0});
  send(*recent, unit(0), {"10.0.0.1", "10.0.0.2"}, {1});
  clock_.advance(std::chrono::hours(1));
  const std::vector<RecentReading> due = due_of(*open());
  ASSERT_THAT(due, SizeIs(2));
  EXPECT_THAT(due[0].collectors, ElementsAre("a"));
  EXPECT_EQ(due[0].count, 1U);
  EXPECT_THAT(due[1].collectors, ElementsAre("b"));
  EXPECT_EQ(due[1].count, 2U);
  // A collector that the job no longer has needs nothing.
  EXPECT_THAT(due_of(*open({"b"})), SizeIs(1));
}

TEST_F(RecentWindowsTest, ForgetAReadingWhoseLateFlowsAreTooManyToRemember) {
  send(*open(), unit(0), {"10.0.0.1", "10.0.0.2"}, {0, 1});
  RecentWindows recent({directory_.path(), "nightly", {"a", "b"}, std::chrono::hours(24), 3},
                       clock_, log_);
  ASSERT_TRUE(recent.begin_late(due_of(recent).at(0), 3));
  EXPECT_THAT(new_among(recent, {"10.0.0.3", "10.0.0.4"}), SizeIs(2));
  EXPECT_THAT(told_, HasSubstr("has more than 3 flows, which is too much to remember"));
  EXPECT_THAT(due_of(*open()), SizeIs(1)) << "nobody has confirmed them";
  recent.confirm({0}, 4);
  ASSERT_THAT(due_of(*open()), SizeIs(1));
  EXPECT_THAT(due_of(*open())[0].collectors, ElementsAre("b"));
}

TEST_F(RecentWindowsTest, KnowThatACollectorHasTheLateFlowsIfItsChainEndsWithTheirManifest) {
  send_late_and_be_gone({{0, "aa"}, {1, "bb"}});
  (void)open({"a", "b"}, {"aa", "b0"});
  // The chains go on, and that was written down before.
  const auto recent = open({"a", "b"}, {"a2", "b2"});
  const std::vector<RecentReading> due = due_of(*recent);
  ASSERT_THAT(due, SizeIs(2));
  EXPECT_THAT(due[0].collectors, ElementsAre("b"));
  EXPECT_EQ(due[0].count, 1U);
  EXPECT_THAT(due[1].collectors, ElementsAre("a"));
  EXPECT_EQ(due[1].count, 2U);
  ASSERT_TRUE(recent->begin_late(due[0], 2));
  EXPECT_THAT(new_among(*recent, {"10.0.0.1", "10.0.0.2"}), ElementsAre("10.0.0.2"));
  ASSERT_TRUE(recent->begin_late(due[1], 2));
  EXPECT_THAT(new_among(*recent, {"10.0.0.1", "10.0.0.2"}), IsEmpty());
  EXPECT_EQ(told_, "");
}

TEST_F(RecentWindowsTest, DoNotRecountForACollectorBeforeItCouldBeAsked) {
  send_late_and_be_gone({{0, "aa"}});
  for (int run = 0; run < 2; ++run) {
    const auto recent = open({"a", "b"}, {std::nullopt, "b1"});
    const std::vector<RecentReading> due = due_of(*recent);
    ASSERT_THAT(due, SizeIs(1));
    EXPECT_THAT(recent->collectors_of(due[0]), ElementsAre(1U));
    recent->save();
  }
  const auto recent = open({"a", "b"}, {"a0", "b1"});
  ASSERT_THAT(due_of(*recent), SizeIs(1));
  EXPECT_THAT(recent->collectors_of(due_of(*recent)[0]), ElementsAre(0U, 1U));
  EXPECT_FALSE(fs::exists(folder() / "1.flows"));
}

TEST_F(RecentWindowsTest, AwaitNothingMoreOfACollectorThatConfirms) {
  send(*open(), unit(0), {"10.0.0.1"});
  clock_.advance(std::chrono::hours(1));
  const auto recent = open();
  ASSERT_TRUE(recent->begin_late(due_of(*recent).at(0), 2));
  EXPECT_THAT(new_among(*recent, {"10.0.0.2"}), SizeIs(1));
  recent->await(0, "aa");
  recent->confirm({0, 1}, 3);
  clock_.advance(std::chrono::hours(1));
  const auto next = open({"a", "b"}, {"a0", "b0"});
  ASSERT_THAT(due_of(*next), SizeIs(1));
  EXPECT_THAT(due_of(*next)[0].collectors, ElementsAre("a", "b"));
  EXPECT_EQ(due_of(*next)[0].count, 3U);
  EXPECT_EQ(due_of(*next)[0].flows, 2U);
}

TEST_F(RecentWindowsTest, ForgetWhatCannotBeNotedBeforeItIsCommitted) {
  send(*open(), unit(0), {"10.0.0.1", "10.0.0.2"});
  RecentWindows recent({.state_directory = directory_.path(),
                        .job = "nightly",
                        .collectors = {"a", "b"},
                        .period = std::chrono::hours(24),
                        .most_flows = 2},
                       clock_, log_);
  ASSERT_TRUE(recent.begin_late(due_of(recent).at(0), 3));
  EXPECT_THAT(new_among(recent, {"10.0.0.3"}), SizeIs(1));
  recent.await(0, "aa");
  EXPECT_THAT(told_, HasSubstr("has more than 2 flows, which is too much to remember"));
  const std::vector<RecentReading> due = due_of(*open({"a", "b"}, {"aa", "b0"}));
  ASSERT_THAT(due, SizeIs(1));
  EXPECT_THAT(due[0].collectors, ElementsAre("b"));
}

TEST_F(RecentWindowsTest, AskNoMoreOfAWindowWhoseCountMeansNothing) {
  const auto recent = open();
  send(*recent, unit(0), {"10.0.0.1"});
  recent->begin(unit(1));
  recent->confirm({0}, std::nullopt);
  clock_.advance(std::chrono::hours(1));
  const auto next = open();
  ASSERT_THAT(due_of(*next), SizeIs(1));
  next->note_uncountable(due_of(*next)[0]);
  next->save();
  EXPECT_THAT(due_of(*open()), IsEmpty());
}

TEST_F(RecentWindowsTest, RememberWhatThePlatformWasAskedAndSaid) {
  send(*open(), unit(0), {"10.0.0.1"});
  clock_.advance(std::chrono::hours(1));
  const auto recent = open();
  recent->note_asked(due_of(*recent).at(0));
  recent->save();
  EXPECT_EQ(due_of(*open()).at(0).asked_at, clock_.now_seconds());
  EXPECT_EQ(due_of(*open()).at(0).counted_at, due_of(*open()).at(0).read_at);
  for (const auto& [said, count] : {std::pair(5, 5U), std::pair(3, 5U), std::pair(6, 6U)}) {
    recent->note_count(due_of(*recent).at(0), said);
    recent->save();
    EXPECT_EQ(due_of(*open()).at(0).count, count);
    EXPECT_EQ(due_of(*open()).at(0).counted_at, clock_.now_seconds());
  }
}

TEST_F(RecentWindowsTest, TellOnceWhatWasForgottenWithoutBeingRecounted) {
  const auto recent = open();
  for (const int number : {0, 1, 2, 40}) send(*recent, unit(number), {});
  const auto next = open();
  EXPECT_THAT(next->take_never_recounted(), ElementsAre(unit(0), unit(1), unit(2)));
  EXPECT_THAT(next->take_never_recounted(), IsEmpty());
}

TEST_F(RecentWindowsTest, KnowThatAWindowWasRecountedInTheSecondInWhichItWasRead) {
  for (const int number : {0, 1}) send(*open(), unit(number), {"10.0.0.1"});
  const auto recent = open();
  const std::vector<RecentReading> due = due_of(*recent);
  ASSERT_THAT(due, SizeIs(2));
  recent->note_count(due[0], 5);
  ASSERT_TRUE(recent->begin_late(due[1], 3));
  recent->confirm({0, 1}, 6);
  send(*recent, unit(40), {});
  EXPECT_THAT(open()->take_never_recounted(), IsEmpty());
}

TEST_F(RecentWindowsTest, ForgetWindowsBeforeThePeriodWithTheirFiles) {
  send(*open(), unit(0), {"10.0.0.1"});
  EXPECT_TRUE(fs::exists(folder() / "0.flows"));
  // However late the next run comes, and also if that one brings much.
  clock_.advance(std::chrono::hours(100));
  EXPECT_THAT(due_of(*open()), SizeIs(1));
  send(*open(), unit(24), {"10.0.0.1"});
  EXPECT_TRUE(fs::exists(folder() / "0.flows"));
  clock_.advance(std::chrono::hours(1));
  const auto recent = open();
  EXPECT_THAT(due_of(*recent), ElementsAre(testing::Field(&RecentReading::window, unit(24))));
  EXPECT_FALSE(fs::exists(folder() / "0.flows"));
  send(*recent, unit(0), {"10.0.0.1"});
  EXPECT_THAT(due_of(*open()), SizeIs(1));
  EXPECT_EQ(told_, "");
}

TEST_F(RecentWindowsTest, ForgetAWindowWhoseFileIsDamagedAndSaySo) {
  for (const char* content : {"", "1234567", "12345678", "1234567812345678"}) {
    told_.clear();
    send(*open(), unit(0), {"10.0.0.1"});
    clock_.advance(std::chrono::minutes(1));
    const auto recent = open();
    const std::vector<RecentReading> due = due_of(*recent);
    ASSERT_THAT(due, SizeIs(1));
    write_file_atomically(folder() / fmt::format("{}.flows", due[0].number), content);
    EXPECT_FALSE(recent->begin_late(due[0], 3)) << content;
    EXPECT_THAT(told_, HasSubstr("is damaged"));
    EXPECT_THAT(due_of(*open()), IsEmpty());
  }
}

TEST_F(RecentWindowsTest, BeginNoLateReadingThatCannotBeNoted) {
  send(*open(), unit(0), {"10.0.0.1"});
  const auto recent = open();
  fs::create_directory(folder() / "reading");
  EXPECT_FALSE(recent->begin_late(due_of(*recent).at(0), 3));
  EXPECT_THAT(told_, HasSubstr("cannot write"));
  fs::remove(folder() / "reading");
  EXPECT_THAT(due_of(*open()), SizeIs(1));
}

TEST_F(RecentWindowsTest, BeginAnewWhereTheIndexIsDamagedAndSaySo) {
  send(*open(), unit(0), {"10.0.0.1"});
  write_file_atomically(folder() / "index", "vrni2syslog recent windows 2\nkey: 5\n");
  EXPECT_THAT(due_of(*open()), IsEmpty());
  EXPECT_THAT(told_, HasSubstr("nightly.recent/index is damaged"));
}

TEST_F(RecentWindowsTest, AreRefusedWhereOthersCanChangeThem) {
  send(*open(), unit(0), {"10.0.0.1"});
  for (const fs::path& path : {folder() / "index", folder()}) {
    fs::permissions(path, fs::perms::others_write, fs::perm_options::add);
    const Error error = error_of([this] { (void)open(); });
    EXPECT_EQ(error.fault(), Fault::Configuration) << path;
    EXPECT_THAT(error.what(), HasSubstr("written by others"));
    fs::permissions(path, fs::perms::others_write, fs::perm_options::remove);
  }
  fs::remove_all(folder());
  fs::create_directory_symlink(directory_.path(), folder());
  EXPECT_EQ(error_of([this] { (void)open(); }).fault(), Fault::Configuration);
}

TEST_F(RecentWindowsTest, OfALaterVersionAreRefused) {
  send(*open(), unit(0), {});
  write_file_atomically(folder() / "index", "vrni2syslog recent windows 9\n");
  EXPECT_EQ(error_of([this] { (void)open(); }).fault(), Fault::Configuration);
}

TEST_F(RecentWindowsTest, AreGoneOnceTheyAreRemoved) {
  (void)open();
  EXPECT_FALSE(RecentWindows::has_any(directory_.path(), "nightly"));
  send(*open(), unit(0), {"10.0.0.1"});
  EXPECT_TRUE(RecentWindows::has_any(directory_.path(), "nightly"));
  RecentWindows::remove(directory_.path(), "nightly");
  EXPECT_FALSE(fs::exists(folder()));
  RecentWindows::remove(directory_.path(), "nightly");
  EXPECT_EQ(told_, "");
}

}  // namespace
}  // namespace vrni2syslog
