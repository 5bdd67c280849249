#include "vrni/versions/flow_versions.h"

#include "support/manual_clock.h"
#include "support/temporary_directory.h"
#include "unit/vrni/versions_fixture.h"
#include "vrni/versions/version_file.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <memory>

namespace vrni2syslog {
namespace {

namespace fs = std::filesystem;
using std::chrono::hours;
using std::chrono::seconds;
using testing::AllOf;
using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;
using testing::Not;

class FlowVersionsTest : public testing::Test {
 protected:
  [[nodiscard]] std::unique_ptr<FlowVersions> for_this_run() {
    FlowVersionSettings settings = settings_;
    settings.path.clear();
    return std::make_unique<FlowVersions>(settings, clock_, log_);
  }
  [[nodiscard]] std::unique_ptr<FlowVersions> for_later_runs() {
    return std::make_unique<FlowVersions>(settings_, clock_, log_);
  }

  /// Fetches the flow, so to speak, at this time of the clock.
  void add(FlowVersions& versions, const std::string& id, int time,
           VmDetails details = VmDetails::Without) {
    versions.add(make_version(batch_, id, time), details);
  }
  void add_many(FlowVersions& versions, int count, const std::string& prefix = "flow-") {
    for (int i = 0; i < count; ++i) {
      FlowBatch batch{TimeWindow{}};
      versions.add(make_version(batch, prefix + std::to_string(i), 5), VmDetails::Without);
    }
  }

  /// What is kept of these hits, each as "address of <id>", or "" for what is not.
  [[nodiscard]] std::vector<std::string> kept(FlowVersions& versions,
                                              const std::vector<SearchHit>& hits,
                                              VmDetails details = VmDetails::Without) {
    FlowBatch batch{TimeWindow{}};
    batch.flows.resize(hits.size());
    const std::vector<VersionPlace> places = versions.find(hits, details);
    versions.take(hits, places, details, batch.flows, batch);
    std::vector<std::string> texts;
    for (const Flow& flow : batch.flows) texts.emplace_back(flow.text(FlowField::SourceIp));
    return texts;
  }
  [[nodiscard]] static SearchHit hit(std::string_view id, int time) {
    return {id, "Flow", UnixSeconds(seconds(time))};
  }
  [[nodiscard]] bool has(FlowVersions& versions, std::string_view id, int time,
                         VmDetails details = VmDetails::Without) {
    return kept(versions, {hit(id, time)}, details).front() == "address of " + std::string(id);
  }
  [[nodiscard]] std::size_t kept_of_many(FlowVersions& versions, int count,
                                         const std::string& prefix = "flow-") {
    std::vector<std::string> ids;
    std::vector<SearchHit> hits;
    ids.reserve(static_cast<std::size_t>(count));
    for (int i = 0; i < count; ++i) {
      ids.push_back(prefix + std::to_string(i));
      hits.push_back(hit(ids.back(), 5));
    }
    const std::vector<std::string> texts = kept(versions, hits);
    std::size_t found = 0;
    for (std::size_t i = 0; i < ids.size(); ++i)
      found += texts[i] == "address of " + ids[i] ? 1U : 0U;
    return found;
  }

  TemporaryDirectory directory_;
  FlowVersionSettings settings_{.path = directory_.path() / "versions.sqlite", .keep = hours(48)};
  ManualClock clock_;
  std::vector<std::string> log_lines_;
  Log log_{LogLevel::Info, LogFormat::Text,
           [this](std::string_view line) { log_lines_.emplace_back(line); }};
  FlowBatch batch_{TimeWindow{}};
};

TEST_F(FlowVersionsTest, HaveAVersionThatWasAddedAndNoOther) {
  const auto versions = for_this_run();
  add(*versions, "a", 5);
  add(*versions, "b", 6);
  EXPECT_THAT(kept(*versions, {hit("b", 6), hit("a", 6), hit("a", 5), hit("c", 5)}),
              ElementsAre("address of b", "", "address of a", ""));
  EXPECT_EQ(versions->reused(), 2U);
}

TEST_F(FlowVersionsTest, HaveAVersionAsIfItHadJustBeenFetched) {
  const auto versions = for_this_run();
  add(*versions, "a", 5);
  const std::vector<SearchHit> hits{hit("a", 5)};
  FlowBatch batch{TimeWindow{}};
  batch.flows.resize(1);
  versions->take(hits, versions->find(hits, VmDetails::Without), VmDetails::Without, batch.flows,
                 batch);
  const Flow& flow = batch.flows.front();
  EXPECT_EQ(flow.id, "a");
  EXPECT_EQ(flow.name, "name of a");
  EXPECT_EQ(flow.version_time, UnixSeconds(seconds(5)));
  EXPECT_EQ(flow.listed_time, UnixSeconds(seconds(5)));
  EXPECT_FALSE(flow.is_partial);
}

TEST_F(FlowVersionsTest, DoNotHaveWhatIsNotTheVersionThatWasListed) {
  const auto versions = for_this_run();
  Flow partial = make_version(batch_, "partial", 5);
  partial.is_partial = true;
  Flow replaced = make_version(batch_, "replaced", 5);
  replaced.version_time = UnixSeconds(seconds(7));
  const Flow without_time = make_version(batch_, "without", 0);
  for (const Flow& flow : {partial, replaced, without_time})
    versions->add(flow, VmDetails::Without);
  EXPECT_THAT(kept(*versions, {hit("partial", 5), hit("replaced", 5), hit("replaced", 7),
                               hit("without", 0), SearchHit{"without", "Flow", std::nullopt}}),
              ElementsAre("", "", "", "", ""));
}

TEST_F(FlowVersionsTest, HaveManyVersionsMoreThanInMemory) {
  const auto versions = for_this_run();
  constexpr int kMany = 20'000;
  add_many(*versions, kMany);
  EXPECT_EQ(kept_of_many(*versions, kMany), std::size_t{kMany});
  EXPECT_THAT(log_lines_, IsEmpty());
  EXPECT_TRUE(fs::is_empty(directory_.path()));
}

TEST_F(FlowVersionsTest, AreKeptInPartWhileFlowsAreAllNew) {
  const auto versions = for_this_run();
  constexpr int kFlowsOfUnit = 2'000;
  const auto read_unit = [&](const std::string& prefix) {
    versions->begin_unit();
    const std::size_t found = kept_of_many(*versions, kFlowsOfUnit, prefix);
    if (found < kFlowsOfUnit) add_many(*versions, kFlowsOfUnit, prefix);
    return found;
  };
  for (const std::string prefix : {"a-", "b-", "c-"}) EXPECT_EQ(read_unit(prefix), 0U) << prefix;
  const std::size_t part = read_unit("c-");
  EXPECT_GT(part, 0U);
  EXPECT_LT(part, std::size_t{kFlowsOfUnit} / 8);
  EXPECT_EQ(read_unit("c-"), std::size_t{kFlowsOfUnit}) << "everything is kept again";
}

TEST_F(FlowVersionsTest, AreLookedForInPartWhileFlowsAreAllNew) {
  const auto versions = for_this_run();
  constexpr int kFlowsOfUnit = 2'000;
  for (const std::string prefix : {"a-", "b-"}) {
    versions->begin_unit();
    EXPECT_EQ(kept_of_many(*versions, kFlowsOfUnit, prefix), 0U) << prefix;
    add_many(*versions, kFlowsOfUnit, prefix);
  }
  versions->begin_unit();
  constexpr int kTooFewToTell = 200;
  const std::size_t part = kept_of_many(*versions, kTooFewToTell, "a-");
  EXPECT_GT(part, 0U);
  EXPECT_LT(part, std::size_t{kTooFewToTell} / 4);
  EXPECT_EQ(kept_of_many(*versions, kFlowsOfUnit, "a-"), std::size_t{kFlowsOfUnit})
      << "the part shows that they come again, and everything is still there";
}

TEST_F(FlowVersionsTest, WillBeKeptUnlessTheyAreNotOfThePartThatIs) {
  const auto versions = for_this_run();
  const auto count_to_keep = [&] {
    int count = 0;
    for (int i = 0; i < 2'000; ++i)
      count += versions->will_keep(hit("flow-" + std::to_string(i), 5)) ? 1 : 0;
    return count;
  };
  EXPECT_EQ(count_to_keep(), 2'000);
  EXPECT_FALSE(versions->will_keep({"a", "Flow", std::nullopt})) << "without a time";
  for (const std::string prefix : {"a-", "b-"}) {
    versions->begin_unit();
    (void)kept_of_many(*versions, 2'000, prefix);
    add_many(*versions, 2'000, prefix);
  }
  versions->begin_unit();
  EXPECT_GT(count_to_keep(), 0);
  EXPECT_LT(count_to_keep(), 2'000 / 8);
}

TEST_F(FlowVersionsTest, ThatAreComingAreNotTakenForNew) {
  for (const bool are_coming : {false, true}) {
    const auto versions = for_this_run();
    constexpr int kFlowsOfUnit = 2'000;
    add_many(*versions, kFlowsOfUnit, "a-");
    versions->begin_unit();
    EXPECT_EQ(kept_of_many(*versions, kFlowsOfUnit, "b-"), 0U);
    if (are_coming) versions->note_coming(kFlowsOfUnit);
    versions->begin_unit();
    add_many(*versions, kFlowsOfUnit, "b-");
    const std::size_t kept = kept_of_many(*versions, kFlowsOfUnit, "b-");
    EXPECT_EQ(kept == std::size_t{kFlowsOfUnit}, are_coming);
  }
}

TEST_F(FlowVersionsTest, ThatWereComingAreFoundAlsoIfOnlyAPartIsLookedFor) {
  const auto versions = for_this_run();
  constexpr int kFlowsOfUnit = 2'000;
  add_many(*versions, kFlowsOfUnit, "a-");
  versions->begin_unit();
  EXPECT_EQ(kept_of_many(*versions, kFlowsOfUnit, "b-"), 0U);
  versions->begin_unit();
  const std::vector<SearchHit> hits = {hit("a-1", 5), hit("a-2", 5), hit("a-3", 5), hit("b-1", 5)};
  EXPECT_THAT(versions->find_come(hits, VmDetails::Without),
              testing::ElementsAre(testing::Ne(0), testing::Ne(0), testing::Ne(0), 0));
  EXPECT_THAT(versions->find(hits, VmDetails::Without), testing::Contains(0).Times(testing::Gt(1)));
}

TEST_F(FlowVersionsTest, AreKeptInPartByRunsWhoseFlowsAreAllNew) {
  constexpr int kFlowsOfRun = 2'000;
  const auto run = [&](const std::string& prefix) {
    const auto versions = for_later_runs();
    versions->begin_unit();
    const std::size_t found = kept_of_many(*versions, kFlowsOfRun, prefix);
    if (found < kFlowsOfRun) add_many(*versions, kFlowsOfRun, prefix);
    return found;
  };
  for (const std::string prefix : {"a-", "b-", "c-"}) EXPECT_EQ(run(prefix), 0U) << prefix;
  const std::size_t part = run("c-");
  EXPECT_GT(part, 0U);
  EXPECT_LT(part, std::size_t{kFlowsOfRun} / 8);
  EXPECT_EQ(run("c-"), std::size_t{kFlowsOfRun}) << "everything is kept again";
}

TEST_F(FlowVersionsTest, AreKeptWholeByTheFirstRunsAndAfterAPause) {
  const auto run = [&](const std::string& prefix) {
    const auto versions = for_later_runs();
    versions->begin_unit();
    const std::size_t found = kept_of_many(*versions, 2'000, prefix);
    if (found == 0) add_many(*versions, 2'000, prefix);
    return found;
  };
  EXPECT_EQ(run("a-"), 0U);
  clock_.advance(settings_.keep + hours(1));
  EXPECT_EQ(run("a-"), 0U) << "what is there is too old to be used, which says nothing";
  EXPECT_EQ(run("a-"), 2'000U);
}

TEST_F(FlowVersionsTest, AreThereInTheNextRun) {
  add_many(*for_later_runs(), 100);
  EXPECT_EQ(kept_of_many(*for_later_runs(), 100), 100U);
  EXPECT_EQ(fs::status(settings_.path).permissions(),
            fs::perms::owner_read | fs::perms::owner_write);
  EXPECT_THAT(log_lines_, IsEmpty());
}

TEST_F(FlowVersionsTest, AreUsedNoLongerThanTheyAreKept) {
  add(*for_later_runs(), "a", 5);
  clock_.advance(settings_.keep);
  EXPECT_TRUE(has(*for_later_runs(), "a", 5));
  clock_.advance(seconds(1));
  EXPECT_FALSE(has(*for_later_runs(), "a", 5));
}

TEST_F(FlowVersionsTest, WithNamesAreUsedNoLongerThanNames) {
  const auto versions = for_later_runs();
  Flow flow = make_version(batch_, "named", 5);
  flow.set_text(FlowField::SourceVm, "web-01");
  versions->add(flow, VmDetails::Without);
  const std::span<UnknownField> unknown = batch_.new_unknown_fields(1);
  const std::span<std::string_view> text = batch_.new_texts(1);
  text[0] = "x";
  unknown[0] = {.api_name = "future", .value = text};
  flow = make_version(batch_, "later", 5);
  flow.unknown_fields = unknown;
  versions->add(flow, VmDetails::Without);
  add(*versions, "plain", 5);
  clock_.advance(settings_.refresh_names);
  EXPECT_THAT(kept(*versions, {hit("named", 5), hit("later", 5), hit("plain", 5)}),
              ElementsAre("address of named", "address of later", "address of plain"));
  clock_.advance(seconds(1));
  EXPECT_THAT(kept(*versions, {hit("named", 5), hit("later", 5), hit("plain", 5)}),
              ElementsAre("", "", "address of plain"));
}

TEST_F(FlowVersionsTest, FromTheFutureAreNotUsed) {
  add(*for_later_runs(), "a", 5);
  clock_.advance(-hours(1));
  EXPECT_FALSE(has(*for_later_runs(), "a", 5));
  clock_.advance(hours(1));
  EXPECT_FALSE(has(*for_later_runs(), "a", 5));
}

TEST_F(FlowVersionsTest, HaveDetailsOfVmsOnlyIfTheseWereAskedForThen) {
  const auto versions = for_this_run();
  Flow flow = make_version(batch_, "detailed", 5);
  flow.set_text(FlowField::SourceVmType, "VirtualMachine");
  versions->add(flow, VmDetails::With);
  add(*versions, "plain", 5);
  EXPECT_THAT(kept(*versions, {hit("detailed", 5), hit("plain", 5)}, VmDetails::With),
              ElementsAre("address of detailed", ""));
  const std::vector<SearchHit> hits{hit("detailed", 5)};
  for (const VmDetails wanted : {VmDetails::Without, VmDetails::With}) {
    FlowBatch batch{TimeWindow{}};
    batch.flows.resize(1);
    versions->take(hits, versions->find(hits, wanted), wanted, batch.flows, batch);
    EXPECT_EQ(batch.flows.front().text(FlowField::SourceVmType),
              wanted == VmDetails::With ? "VirtualMachine" : "");
  }
}

TEST_F(FlowVersionsTest, AreReplacedByThoseThatWereFetchedLater) {
  settings_.refresh_names = hours(1);
  const auto fetch = [this](std::string_view name) {
    Flow flow = make_version(batch_, "a", 5);
    flow.set_text(FlowField::SourceIp, name);
    flow.set_text(FlowField::SourceVm, name);
    for_later_runs()->add(flow, VmDetails::Without);
  };
  fetch("old");
  clock_.advance(hours(2));
  EXPECT_THAT(kept(*for_later_runs(), {hit("a", 5)}), ElementsAre(""));
  fetch("new");
  EXPECT_THAT(kept(*for_later_runs(), {hit("a", 5)}), ElementsAre("new"));
}

TEST_F(FlowVersionsTest, GiveUpAFileThatIsDamagedAndGoOn) {
  struct Row {
    const char* name;
    std::string content;
  };
  add_many(*for_later_runs(), 1000);
  std::string good;
  {
    std::ifstream file(settings_.path, std::ios::binary);
    good.assign(std::istreambuf_iterator<char>(file), {});
  }
  std::string blocks_overwritten = good;
  for (std::size_t i = 3 * 4096; i < blocks_overwritten.size(); i += 512)
    blocks_overwritten[i] = static_cast<char>(blocks_overwritten[i] ^ 0x55);
  const Row rows[] = {
      {"empty", ""},
      {"no database", "something else"},
      {"cut", good.substr(0, good.size() / 2)},
      {"overwritten", blocks_overwritten},
      {"without tables", good.substr(0, 4096) + std::string(good.size() - 4096, '\0')}};
  for (const Row& row : rows) {
    SCOPED_TRACE(row.name);
    log_lines_.clear();
    directory_.write("versions.sqlite", row.content);
    {
      const auto versions = for_later_runs();
      static_cast<void>(kept_of_many(*versions, 1000));
      add(*versions, "a", 5);
      EXPECT_TRUE(has(*versions, "a", 5));
    }
    ASSERT_EQ(log_lines_.size(), 1U);
    EXPECT_THAT(log_lines_.front(),
                AllOf(HasSubstr("warning: the flow versions that earlier runs have kept"),
                      HasSubstr("their file is removed"), Not(HasSubstr("move it away"))));
    add(*for_later_runs(), "a", 5);
    EXPECT_TRUE(has(*for_later_runs(), "a", 5));
    EXPECT_EQ(log_lines_.size(), 1U);
  }
}

TEST_F(FlowVersionsTest, LeaveAFileAloneThatIsNotTheirs) {
  fs::create_symlink("/etc/passwd", settings_.path);
  {
    const auto versions = for_later_runs();
    add(*versions, "a", 5);
    EXPECT_TRUE(has(*versions, "a", 5));
  }
  EXPECT_TRUE(fs::is_symlink(settings_.path));
  ASSERT_EQ(log_lines_.size(), 1U);
  EXPECT_THAT(log_lines_.front(), HasSubstr("versions.sqlite is not a regular file"));
}

TEST_F(FlowVersionsTest, AreSharedByRunsAtTheSameTime) {
  const auto one = for_later_runs();
  const auto other = for_later_runs();
  add_many(*one, 17'000, "one-");
  add_many(*other, 17'000, "other-");
  EXPECT_EQ(kept_of_many(*one, 16'000, "other-"), 16'000U);
  EXPECT_EQ(kept_of_many(*other, 16'000, "one-"), 16'000U);
  EXPECT_THAT(log_lines_, IsEmpty());
}

TEST_F(FlowVersionsTest, DoNotWaitLongForARunThatHasLockedTheFile) {
  const auto versions = for_later_runs();
  add_many(*versions, 16'000);
  SqliteDatabase other = open_version_file(settings_.path);
  other.execute("BEGIN IMMEDIATE");
  add_many(*versions, 2'000, "more-");
  EXPECT_TRUE(has(*versions, "more-1999", 5));
  ASSERT_EQ(log_lines_.size(), 1U);
  EXPECT_THAT(log_lines_.front(), HasSubstr("in use by another process"));
  other.execute("COMMIT");
  add_many(*versions, 17'000);
  EXPECT_TRUE(has(*versions, "flow-0", 5));
  EXPECT_EQ(log_lines_.size(), 1U);
}

TEST_F(FlowVersionsTest, ForgetTheOldestIfThereIsNoRoom) {
  settings_.max_bytes = std::uint64_t{2} * 1024 * 1024;
  constexpr int kRuns = 6;
  for (int run = 0; run < kRuns; ++run) {
    add_many(*for_later_runs(), 10'000, "run-" + std::to_string(run) + "-");
    clock_.advance(hours(1));
    EXPECT_LT(fs::file_size(settings_.path), settings_.max_bytes + settings_.max_bytes / 4);
  }
  const auto versions = for_later_runs();
  EXPECT_TRUE(has(*versions, "run-5-9999", 5));
  EXPECT_FALSE(has(*versions, "run-0-0", 5));
  EXPECT_THAT(log_lines_, IsEmpty());
}

TEST_F(FlowVersionsTest, AreForgottenSomeTimeAfterTheyHaveExpired) {
  add_many(*for_later_runs(), 5'000);
  clock_.advance(settings_.keep + settings_.keep / 8 + hours(1));
  (void)for_later_runs();
  SqliteDatabase database = open_version_file(settings_.path);
  EXPECT_EQ(database.query_integer("SELECT count(*) FROM blocks"), 0);
  EXPECT_EQ(database.query_integer("SELECT count(*) FROM versions"), 0);
}

}  // namespace
}  // namespace vrni2syslog
