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

  [[nodiscard]] std::unique_ptr<RecentWindows> open(std::vector<std::string> collectors = {"a",
                                                                                           "b"}) {
    return std::make_unique<RecentWindows>(
        RecentSettings{directory_.path(), "nightly", std::move(collectors), std::chrono::hours(24)},
        clock_, log_);
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
  const std::vector<RecentReading> due = recent->due(24);
  ASSERT_THAT(due, SizeIs(1));
  EXPECT_EQ(due[0].window, unit(0));
  EXPECT_EQ(due[0].count, 2U);
  EXPECT_THAT(due[0].collectors, ElementsAre("a", "b"));
  ASSERT_TRUE(recent->begin_late(due[0]));
  EXPECT_THAT(new_among(*recent, {"10.0.0.1", "10.0.0.3", "10.0.0.2"}), ElementsAre("10.0.0.3"));
  recent->confirm({0, 1}, 3);
  EXPECT_THAT(recent->due(24), IsEmpty());

  clock_.advance(std::chrono::hours(1));
  const auto next = open();
  ASSERT_THAT(next->due(24), SizeIs(1));
  ASSERT_TRUE(next->begin_late(next->due(24)[0]));
  EXPECT_THAT(new_among(*next, {"10.0.0.1", "10.0.0.3", "10.0.0.4"}), ElementsAre("10.0.0.4"));
  EXPECT_EQ(told_, "");
}

TEST_F(RecentWindowsTest, TakeAnotherVersionOfAFlowForNew) {
  send(*open(), unit(0), {"10.0.0.1"});
  clock_.advance(std::chrono::hours(1));
  const auto recent = open();
  ASSERT_TRUE(recent->begin_late(recent->due(24).at(0)));
  FlowMaker maker;
  maker.add("10.0.0.1").version_time = hour(0);
  recent->leave_out_known(maker.batch);
  EXPECT_THAT(maker.batch.flows, SizeIs(1));
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
  const std::vector<RecentReading> due = open()->due(24);
  ASSERT_THAT(due, SizeIs(1));
  EXPECT_EQ(due[0].window, unit(1));
  EXPECT_EQ(due[0].flows, 0U);
}

TEST_F(RecentWindowsTest, KeepWhatEachCollectorHasConfirmed) {
  const auto recent = open();
  send(*recent, unit(0), {"10.0.0.1"}, {0});
  send(*recent, unit(0), {"10.0.0.1", "10.0.0.2"}, {1});
  clock_.advance(std::chrono::hours(1));
  const std::vector<RecentReading> due = open()->due(24);
  ASSERT_THAT(due, SizeIs(2));
  EXPECT_THAT(due[0].collectors, ElementsAre("a"));
  EXPECT_EQ(due[0].count, 1U);
  EXPECT_THAT(due[1].collectors, ElementsAre("b"));
  EXPECT_EQ(due[1].count, 2U);
  // A collector that the job no longer has needs nothing.
  EXPECT_THAT(open({"b"})->due(24), SizeIs(1));
}

TEST_F(RecentWindowsTest, AskNoMoreOfAWindowWhoseCountMeansNothing) {
  const auto recent = open();
  send(*recent, unit(0), {"10.0.0.1"});
  recent->begin(unit(1));
  recent->confirm({0}, std::nullopt);
  clock_.advance(std::chrono::hours(1));
  const auto next = open();
  ASSERT_THAT(next->due(24), SizeIs(1));
  next->settle(next->due(24)[0], 5);
  EXPECT_THAT(open()->due(24), IsEmpty());
}

TEST_F(RecentWindowsTest, ForgetWindowsBeforeThePeriodWithTheirFiles) {
  send(*open(), unit(0), {"10.0.0.1"});
  EXPECT_TRUE(fs::exists(folder() / "0.flows"));
  // However late the next run comes, and also if that one brings much.
  clock_.advance(std::chrono::hours(100));
  EXPECT_THAT(open()->due(24), SizeIs(1));
  send(*open(), unit(24), {"10.0.0.1"});
  EXPECT_TRUE(fs::exists(folder() / "0.flows"));
  clock_.advance(std::chrono::hours(1));
  const auto recent = open();
  EXPECT_THAT(recent->due(24), ElementsAre(testing::Field(&RecentReading::window, unit(24))));
  EXPECT_FALSE(fs::exists(folder() / "0.flows"));
  send(*recent, unit(0), {"10.0.0.1"});
  EXPECT_THAT(open()->due(24), SizeIs(1));
  EXPECT_EQ(told_, "");
}

TEST_F(RecentWindowsTest, ForgetAWindowWhoseFileIsDamagedAndSaySo) {
  for (const char* content : {"", "1234567", "12345678", "1234567812345678"}) {
    told_.clear();
    send(*open(), unit(0), {"10.0.0.1"});
    clock_.advance(std::chrono::minutes(1));
    const auto recent = open();
    const std::vector<RecentReading> due = recent->due(24);
    ASSERT_THAT(due, SizeIs(1));
    write_file_atomically(folder() / fmt::format("{}.flows", due[0].number), content);
    EXPECT_FALSE(recent->begin_late(due[0])) << content;
    EXPECT_THAT(told_, HasSubstr("is damaged"));
    EXPECT_THAT(open()->due(24), IsEmpty());
  }
}

TEST_F(RecentWindowsTest, BeginNoLateReadingThatCannotBeNoted) {
  send(*open(), unit(0), {"10.0.0.1"});
  const auto recent = open();
  fs::create_directory(folder() / "reading");
  EXPECT_FALSE(recent->begin_late(recent->due(24).at(0)));
  EXPECT_THAT(told_, HasSubstr("cannot write"));
  fs::remove(folder() / "reading");
  EXPECT_THAT(open()->due(24), SizeIs(1));
}

TEST_F(RecentWindowsTest, BeginAnewWhereTheIndexIsDamagedAndSaySo) {
  send(*open(), unit(0), {"10.0.0.1"});
  write_file_atomically(folder() / "index", "vrni2syslog recent windows 1\nkey: 5\n");
  EXPECT_THAT(open()->due(24), IsEmpty());
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
  send(*open(), unit(0), {"10.0.0.1"});
  RecentWindows::remove(directory_.path(), "nightly");
  EXPECT_FALSE(fs::exists(folder()));
  RecentWindows::remove(directory_.path(), "nightly");
  EXPECT_EQ(told_, "");
}

}  // namespace
}  // namespace vrni2syslog
