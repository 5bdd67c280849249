#include "pipeline/pipeline.h"

#include "base/error.h"
#include "support/manual_clock.h"
#include "support/temporary_directory.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <deque>
#include <functional>
#include <future>
#include <memory>
#include <mutex>
#include <set>
#include <span>

namespace vrni2syslog {
namespace {

using std::chrono::hours;
using std::chrono::seconds;
using testing::AllOf;
using testing::Contains;
using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;
using testing::IsSupersetOf;
using testing::Not;
using testing::SizeIs;

[[nodiscard]] TimeWindow hour(int number) {
  const UnixSeconds start(seconds(1'795'348'800));  // 2026-11-22T12:00:00Z
  return {start + hours(number), start + hours(number + 1)};
}

/// Everything that happens, in order: "open a", "read 12:00", "finish a". May be written by
/// several threads at once.
class Journal : public std::vector<std::string> {
 public:
  void push_back(const std::string& entry) {
    const std::lock_guard lock(mutex_);
    std::vector<std::string>::push_back(entry);
  }

 private:
  std::mutex mutex_;
};

/// Lets one thread wait for another, 20 seconds at most.
class Gate {
 public:
  void open() { opened_.set_value(); }
  [[nodiscard]] bool pass() const {
    return future_.wait_for(seconds(20)) == std::future_status::ready;
  }

 private:
  std::promise<void> opened_;
  std::shared_future<void> future_ = opened_.get_future().share();
};

/// What the tests tell a source to do.
struct SourceScript {
  Journal& journal;
  std::function<void()> at_end = nullptr;       ///< of a unit
  std::optional<Error> failure = std::nullopt;  ///< at the end of a unit, in place of the end
  bool are_flows_partial = false;
  std::uint64_t announced = 3;
  std::function<void()> on_next = nullptr;
  std::optional<Error> shortfall = std::nullopt;
  std::vector<std::string> confirmed{};  ///< what the source heard of it: "12:00"
  std::vector<std::string> prepared{};   ///< the same
};

/// Two batches: flows "f1" and "f2", then "f3".
class TwoBatchEpoch final : public FlowEpoch {
 public:
  TwoBatchEpoch(const TimeWindow& unit, SourceScript& script) : FlowEpoch(unit), script_(script) {}

  std::unique_ptr<FlowBatch> next() override {
    if (script_.on_next) script_.on_next();
    if (std::exchange(is_unread_, false))
      script_.journal.push_back("read " + to_rfc3339(window().start).substr(11, 5));
    if (pending_.empty()) {
      if (script_.at_end) script_.at_end();
      if (script_.failure) throw Error(*script_.failure);
      return nullptr;
    }
    auto batch = std::make_unique<FlowBatch>(window());
    for (const char* id : pending_.front()) {
      Flow flow;
      flow.id = id;
      flow.name = id;
      flow.version_time = window().start;
      flow.is_partial = script_.are_flows_partial;
      batch->flows.push_back(flow);
    }
    pending_.pop_front();
    return batch;
  }
  [[nodiscard]] ReadingStatistics statistics() const override {
    return {.announced = script_.announced, .searches = 1};
  }
  [[nodiscard]] std::optional<Error> shortfall() const override { return script_.shortfall; }
  void confirmed() override {
    script_.confirmed.push_back(to_rfc3339(window().start).substr(11, 5));
  }

 private:
  SourceScript& script_;
  bool is_unread_ = true;
  std::deque<std::vector<const char*>> pending_{{"f1", "f2"}, {"f3"}};
};

class TwoBatchSource final : public FlowSource {
 public:
  explicit TwoBatchSource(SourceScript& script) : script_(script) {}

  std::unique_ptr<FlowEpoch> read(const TimeWindow& unit) override {
    return std::make_unique<TwoBatchEpoch>(unit, script_);
  }
  void prepare(std::span<const TimeWindow> units) override {
    std::string starts;
    for (const TimeWindow& unit : units)
      starts += (starts.empty() ? "" : " ") + to_rfc3339(unit.start).substr(11, 5);
    script_.prepared.push_back(starts);
  }
  [[nodiscard]] std::uint64_t count(const TimeWindow&) override { return 3; }
  [[nodiscard]] SourceStatistics statistics() const override { return {.calls = 7}; }

 private:
  SourceScript& script_;
};

class RecordingSink final : public Sink {
 public:
  RecordingSink(std::string name, Journal& journal) : name_(std::move(name)), journal_(journal) {}

  void open() override {
    journal_.push_back("open " + name_);
    if (failures_of_open.empty()) return;
    const Error failure = failures_of_open.front();
    failures_of_open.pop_front();
    throw Error(failure);
  }
  void send(std::shared_ptr<const LineBatch> batch) override {
    if (on_send) on_send();
    for (std::size_t i = 0; i < batch->line_count(); ++i) lines.emplace_back(batch->line(i));
  }
  [[nodiscard]] Receipt wait_for_receipt() override {
    if (on_finish) on_finish();
    journal_.push_back("finish " + name_);
    if (failure_of_finish) throw Error(*failure_of_finish);
    if (bad_receipts == 0) return receipt;
    --bad_receipts;
    return {Verdict::Failed, "it was reset"};
  }
  void fail_over() override { ++fail_overs; }
  [[nodiscard]] std::string display_name() const override { return name_; }

  std::vector<std::string> lines;
  Receipt receipt{Verdict::Consumed, ""};
  std::function<void()> on_send;
  std::function<void()> on_finish;
  std::optional<Error> failure_of_finish;
  std::deque<Error> failures_of_open;  ///< one for each attempt, then none
  int bad_receipts = 0;                ///< before the good ones
  int fail_overs = 0;

 private:
  std::string name_;
  Journal& journal_;
};

/// Leaves out the flows that it is told of.
class RecordingFilter final : public SentFlowFilter {
 public:
  explicit RecordingFilter(Journal& journal) : journal_(journal) {}

  void begin(const TimeWindow& unit) override {
    journal_.push_back("begin " + to_rfc3339(unit.start).substr(11, 5));
  }
  std::uint64_t leave_out_sent_before(FlowBatch& batch) override {
    return std::erase_if(batch.flows,
                         [this](const Flow& flow) { return repeats.contains(flow.id); });
  }
  void commit() override {
    journal_.push_back("commit");
    if (on_commit) on_commit();
    if (failure_of_commit) throw Error(*failure_of_commit);
  }
  void rollback() noexcept override { journal_.push_back("rollback"); }

  std::set<std::string, std::less<>> repeats;
  std::function<void()> on_commit;
  std::optional<Error> failure_of_commit;

 private:
  Journal& journal_;
};

/// Keeps in the journal who has confirmed what.
class RecordingLedger final : public Ledger {
 public:
  explicit RecordingLedger(Journal& journal) : journal_(journal) {}

  [[nodiscard]] std::vector<UnixSeconds> watermarks() const override { return marks; }
  [[nodiscard]] std::vector<std::vector<TimeWindow>> owed() const override {
    return owed_windows.empty() ? std::vector<std::vector<TimeWindow>>(marks.size()) : owed_windows;
  }
  [[nodiscard]] bool owe(const TimeWindow& unit,
                         const std::vector<std::size_t>& collectors) override {
    if (is_full) return false;
    owed_windows = owed();
    for (const std::size_t collector : collectors) owed_windows[collector].push_back(unit);
    journal_.push_back("owed " + to_rfc3339(unit.start).substr(11, 5));
    return true;
  }
  void confirm(const TimeWindow& unit, const Confirmations& confirmations) override {
    std::string entry = "confirmed " + to_rfc3339(unit.start).substr(11, 5);
    for (const auto& [collector, confirmation] : confirmations)
      entry += " " + std::to_string(collector) + ":" + name_of(confirmation.verdict);
    journal_.push_back(entry);
    for (const auto& [collector, confirmation] : confirmations) {
      if (confirmation.chain) chain_ends[collector] = *confirmation.chain;
      if (!owed_windows.empty()) std::erase(owed_windows[collector], unit);
    }
    if (on_confirm) on_confirm();
  }

  [[nodiscard]] std::vector<ChainEnd> chains() const override { return {}; }
  void extend_chains(const std::map<std::size_t, ChainEnd>&) override {}

  std::function<void()> on_confirm;
  std::map<std::size_t, ChainEnd> chain_ends;  ///< as confirm() was told
  std::vector<std::vector<TimeWindow>> owed_windows;
  bool is_full = false;
  std::vector<UnixSeconds> marks;  ///< none: there is no ledger

 private:
  Journal& journal_;
};

class PipelineTest : public testing::Test {
 protected:
  /// A lane of "message" lines, which show the flow and nothing else, or of another format.
  RecordingSink& add_lane(const std::string& name, std::string_view format = "message") {
    LineOptions options;
    options.origin = {"vrni.local", "vrni2syslog", "4711", "run-1"};
    lanes_.push_back({make_line_format(format, options), {}});
    return add_sink(name);
  }
  RecordingSink& add_sink(const std::string& name) {
    auto sink = std::make_unique<RecordingSink>(name, journal_);
    RecordingSink& reference = *sink;
    lanes_.back().sinks.emplace(sink_count_++, std::move(sink));
    return reference;
  }
  void run(const std::vector<TimeWindow>& units) {
    if (has_filter_) options_.epoch.sent_flows = &filter_;
    if (!ledger_.watermarks().empty()) options_.ledger = &ledger_;
    Pipeline pipeline(source_, lanes_, options_, {clock_, limits_, log_},
                      [this](const RunStatistics& statistics) { seen_ = statistics; });
    try {
      pipeline.run(units);
    } catch (...) {
      coverage_ = pipeline.coverage();
      throw;
    }
    coverage_ = pipeline.coverage();
  }
  [[nodiscard]] Error failure_of(const std::vector<TimeWindow>& units) {
    try {
      run(units);
    } catch (const Error& error) {
      return error;
    }
    ADD_FAILURE() << "the run succeeded";
    return {Fault::Bug, ""};
  }

  Journal journal_;
  SourceScript script_{journal_};
  TwoBatchSource source_{script_};
  RecordingFilter filter_{journal_};
  bool has_filter_ = false;
  RecordingLedger ledger_{journal_};
  std::vector<Lane> lanes_;
  std::size_t sink_count_ = 0;
  PipelineOptions options_;
  ManualClock clock_;
  /// One attempt for every epoch.
  RunLimits limits_{std::stop_token(), clock_.steady_now() + hours(1), true};
  std::vector<std::string> messages_;
  Log log_{LogLevel::Warning, LogFormat::Text,
           [this](std::string_view line) { messages_.emplace_back(line); }};
  RunStatistics seen_;
  std::vector<UnitCoverage> coverage_;
};

TEST_F(PipelineTest, TiesTheManifestsOfEachCollectorToOneAnother) {
  RecordingSink& first = add_lane("a");
  RecordingSink& second = add_sink("b");
  ManifestChains chains({{}, {.last = "aa", .key = {}}}, {}, log_);
  options_.epoch.chains = &chains;
  ledger_.marks = {hour(0).start, hour(0).start};
  run({hour(0), hour(1)});
  const auto manifests_of = [](const RecordingSink& sink) {
    std::vector<std::string> manifests;
    for (const std::string& line : sink.lines) {
      if (line.starts_with("vRNI-Manifest")) manifests.push_back(line);
    }
    return manifests;
  };
  EXPECT_THAT(manifests_of(first),
              ElementsAre(HasSubstr(" prev=genesis genesis=first"), HasSubstr(" prev=")));
  EXPECT_THAT(manifests_of(second), ElementsAre(HasSubstr(" prev=aa"), HasSubstr(" prev=")));
  EXPECT_THAT(ledger_.chain_ends, SizeIs(2));
  EXPECT_NE(ledger_.chain_ends.at(0).last, ledger_.chain_ends.at(1).last);
}

TEST_F(PipelineTest, SendsEveryFlowToEverySinkOfEveryLane) {
  options_.epoch.send_manifest = false;
  RecordingSink& first = add_lane("a");
  RecordingSink& second = add_sink("b");
  RecordingSink& third = add_lane("c");
  run({hour(0)});
  const auto all_flows = ElementsAre(HasSubstr("f1"), HasSubstr("f2"), HasSubstr("f3"));
  EXPECT_THAT(first.lines, all_flows);
  EXPECT_THAT(second.lines, all_flows);
  EXPECT_THAT(third.lines, all_flows);
}

TEST_F(PipelineTest, MakesEveryUnitAnEpochOfItsOwn) {
  add_lane("a");
  add_lane("b");
  run({hour(0), hour(1)});
  EXPECT_THAT(journal_, ElementsAre("open a", "open b", "read 12:00", "finish a", "finish b",
                                    "open a", "open b", "read 13:00", "finish a", "finish b"));
  EXPECT_EQ(seen_.units_done, 2U);
  EXPECT_EQ(seen_.units_total, 2U);
}

TEST_F(PipelineTest, EndsAUnitWithAManifestOverItsLines) {
  RecordingSink& sink = add_lane("a");
  run({hour(0)});
  ASSERT_THAT(sink.lines, SizeIs(4));
  Sha256 digest;
  for (std::size_t i = 0; i < 3; ++i) digest.update(sink.lines[i] + "\n");
  EXPECT_THAT(sink.lines[3],
              HasSubstr("3 flows from 2026-11-22T12:00:00Z to 2026-11-22T13:00:00Z"));
  EXPECT_THAT(sink.lines[3], HasSubstr(to_hex(digest.finish())));
}

TEST_F(PipelineTest, StartsTheDigestAnewInEveryUnit) {
  RecordingSink& sink = add_lane("a");
  run({hour(0), hour(1)});
  Sha256 digest;
  for (std::size_t i = 4; i < 7; ++i) digest.update(sink.lines[i] + "\n");
  EXPECT_THAT(sink.lines[7], HasSubstr(to_hex(digest.finish())));
}

TEST_F(PipelineTest, CountsWhatItSent) {
  options_.epoch.send_manifest = false;
  const RecordingSink& sink = add_lane("a");
  run({hour(0)});
  EXPECT_EQ(seen_.epochs.lines, 3U);
  EXPECT_EQ(seen_.epochs.line_bytes, sink.lines[0].size() * 3);
  EXPECT_EQ(seen_.epochs.received, 3U);
}

TEST_F(PipelineTest, ClosesEverySinkBeforeABadReceiptEndsTheRun) {
  add_lane("a").receipt = {Verdict::Failed, "the collector closed the connection"};
  add_sink("b");
  const Error error = failure_of({hour(0)});
  EXPECT_EQ(error.fault(), Fault::Unconfirmed);
  EXPECT_THAT(error.what(), HasSubstr("collector a"));
  EXPECT_THAT(error.what(), HasSubstr("the collector closed the connection"));
  EXPECT_THAT(journal_, ElementsAre("open a", "open b", "read 12:00", "finish a", "finish b"));
}

TEST_F(PipelineTest, ClosesEverySinkWhereOneCannotBeWritten) {
  add_lane("a").failure_of_finish = Error(Fault::CannotWrite, "no space left on device");
  add_sink("b");
  EXPECT_EQ(failure_of({hour(0)}).fault(), Fault::CannotWrite);
  EXPECT_THAT(journal_, ElementsAre("open a", "open b", "read 12:00", "finish a", "finish b"));
}

TEST_F(PipelineTest, ConfirmsNothingOfAUnitThatCouldNotBeRead) {
  add_lane("a");
  script_.failure = Error(Fault::Data, "2 flows are missing");
  const Error error = failure_of({hour(0)});
  EXPECT_EQ(error.fault(), Fault::Data);
  EXPECT_STREQ(error.what(),
               "flows from 2026-11-22T12:00:00Z to 2026-11-22T13:00:00Z: 2 flows are missing");
  EXPECT_THAT(journal_, ElementsAre("open a", "read 12:00"));
  EXPECT_EQ(seen_.units_done, 0U);
}

TEST_F(PipelineTest, RemembersNothingOfAUnitThatFallsShort) {
  RecordingSink& sink = add_lane("a");
  ledger_.marks = {hour(0).start};
  has_filter_ = true;
  script_.shortfall = Error(Fault::Data, "one flow could not be had");
  const Error error = failure_of({hour(0)});
  EXPECT_EQ(error.fault(), Fault::Data);
  EXPECT_THAT(error.what(), HasSubstr("one flow could not be had"));
  EXPECT_THAT(sink.lines, SizeIs(4)) << "what there is was sent, with its manifest";
  EXPECT_THAT(journal_, ElementsAre("begin 12:00", "open a", "read 12:00", "finish a", "rollback"));
  EXPECT_THAT(script_.confirmed, IsEmpty());
  ASSERT_THAT(coverage_, SizeIs(1));
  EXPECT_FALSE(coverage_[0].is_done);
}

TEST_F(PipelineTest, PassesOnThatNobodyReadsTheOutputAnyMore) {
  add_lane("-").on_send = [] { throw Error(Fault::OutputClosed, "closed"); };
  EXPECT_EQ(failure_of({hour(0)}).fault(), Fault::OutputClosed);
}

TEST_F(PipelineTest, WarnsOfFlowsWithNothingButTheirIdentity) {
  add_lane("a");
  script_.are_flows_partial = true;
  run({hour(0)});
  EXPECT_THAT(messages_,
              ElementsAre(HasSubstr("warning: 3 flows were found, but the platform did not give")));
}

TEST_F(PipelineTest, SaysWhyADeliveryIsNotConfirmed) {
  options_.epoch.required_verdict = Verdict::Consumed;
  RecordingSink& sink = add_lane("a");
  sink.receipt = {Verdict::Failed, "it was reset"};
  EXPECT_THAT(failure_of({hour(0)}).what(),
              HasSubstr("collector a: delivery is not confirmed: it was reset; none of these"));
  sink.receipt = {Verdict::Acked, "it stayed open"};
  EXPECT_THAT(failure_of({hour(0)}).what(),
              HasSubstr("the verdict is acked, --confirm requires consumed: it stayed open; none"));
  sink.receipt = {Verdict::Written, ""};
  EXPECT_THAT(failure_of({hour(0)}).what(),
              HasSubstr("the verdict is written, --confirm requires consumed; none"));
}

TEST_F(PipelineTest, LeavesOutRepeatsAndCountsThem) {
  has_filter_ = true;
  filter_.repeats = {"f2", "f3"};  // f3 is a batch of its own
  RecordingSink& sink = add_lane("a");
  run({hour(0)});
  ASSERT_THAT(sink.lines, SizeIs(2));
  EXPECT_THAT(sink.lines[0], HasSubstr("f1"));
  EXPECT_THAT(sink.lines[1], HasSubstr("1 flows from"));
  EXPECT_EQ(seen_.epochs.left_out, 2U);
  EXPECT_EQ(seen_.epochs.lines, 1U);
  EXPECT_EQ(seen_.epochs.received, 3U);
}

TEST_F(PipelineTest, RemembersAUnitOnceEveryCollectorHasConfirmedIt) {
  has_filter_ = true;
  add_lane("a");
  add_lane("b");
  run({hour(0), hour(1)});
  EXPECT_THAT(journal_, ElementsAre("begin 12:00", "open a", "open b", "read 12:00", "finish a",
                                    "finish b", "commit", "begin 13:00", "open a", "open b",
                                    "read 13:00", "finish a", "finish b", "commit"));
}

TEST_F(PipelineTest, RemembersNothingOfAUnitThatOneCollectorDidNotConfirm) {
  has_filter_ = true;
  add_lane("a").receipt = {Verdict::Failed, "the collector closed the connection"};
  add_lane("b");
  EXPECT_EQ(failure_of({hour(0)}).fault(), Fault::Unconfirmed);
  EXPECT_THAT(journal_, ElementsAre("begin 12:00", "open a", "open b", "read 12:00", "finish a",
                                    "finish b", "rollback"));
}

TEST_F(PipelineTest, SaysInTheManifestHowManyRepeatsWereLeftOut) {
  has_filter_ = true;
  filter_.repeats = {"f2", "f3"};
  const RecordingSink& sink = add_lane("a", "rfc5424");
  run({hour(0)});
  ASSERT_THAT(sink.lines, SizeIs(2));
  EXPECT_THAT(sink.lines[1], HasSubstr(R"( flows="1" )"));
  EXPECT_THAT(sink.lines[1], HasSubstr(R"( left_out="2"] vRNI-Manifest: 1 flows)"));
}

TEST_F(PipelineTest, RemembersNothingOfAUnitThatCouldNotBeRead) {
  has_filter_ = true;
  add_lane("a");
  script_.failure = Error(Fault::Data, "2 flows are missing");
  EXPECT_EQ(failure_of({hour(0)}).fault(), Fault::Data);
  EXPECT_THAT(journal_, ElementsAre("begin 12:00", "open a", "read 12:00", "rollback"));
}

TEST_F(PipelineTest, TellsThatAConfirmedUnitCouldNotBeRemembered) {
  has_filter_ = true;
  filter_.failure_of_commit = Error(Fault::CannotWrite, "no room");
  add_lane("a");
  const Error error = failure_of({hour(0), hour(1)});
  EXPECT_EQ(error.fault(), Fault::CannotWrite);
  EXPECT_THAT(error.what(), HasSubstr("every collector has confirmed the lines"));
  EXPECT_THAT(error.what(), HasSubstr("the next run may send some again"));
  EXPECT_THAT(journal_,
              ElementsAre("begin 12:00", "open a", "read 12:00", "finish a", "commit", "rollback"));
}

TEST_F(PipelineTest, RemembersOfARecentWindowWhatThePlatformAnnounced) {
  const TemporaryDirectory directory;
  const auto open = [&] {
    return std::make_unique<RecentWindows>(
        RecentSettings{directory.path(), "nightly", {"a"}, hours(24)}, clock_, log_);
  };
  auto recent = open();
  add_lane("a");
  ledger_.marks = {hour(0).start};
  options_.epoch.recent = recent.get();
  // One of the three flows came in the place of another, or is listed in two versions.
  script_.announced = 2;
  run({hour(0)});
  recent = open();
  const auto readings = recent->due(24, [](const RecentReading&) { return true; });
  ASSERT_THAT(readings, SizeIs(1));
  EXPECT_EQ(readings[0].count, 2U);
  EXPECT_EQ(readings[0].flows, 3U);
}

TEST_F(PipelineTest, TellsTheSourceWhatIsConfirmed) {
  ledger_.marks = {hour(0).start, hour(0).start};
  add_lane("a");
  add_lane("b").bad_receipts = 1;
  limits_.gives_up_early = false;
  run({hour(0), hour(1)});
  EXPECT_THAT(script_.confirmed, testing::Contains("12:00"));
  EXPECT_THAT(script_.confirmed, testing::Contains("13:00"));
}

TEST_F(PipelineTest, TellsTheSourceOfNothingThatIsNotConfirmed) {
  add_lane("a").bad_receipts = 1;
  (void)failure_of({hour(0)});
  EXPECT_THAT(script_.confirmed, IsEmpty());
}

TEST_F(PipelineTest, TellsOfEachUnitWhatEachCollectorGot) {
  limits_.gives_up_early = false;
  options_.epoch.required_verdict = Verdict::Consumed;
  add_lane("a");
  add_lane("b").bad_receipts = 1;
  run({hour(0), hour(1)});
  ASSERT_THAT(coverage_, SizeIs(2));
  EXPECT_EQ(coverage_[0].attempts, 2U);
  EXPECT_TRUE(coverage_[0].is_done);
  ASSERT_THAT(coverage_[0].collectors, SizeIs(2));
  for (const CollectorOutcome& outcome : coverage_[0].collectors) {
    EXPECT_EQ(outcome.verdict, Verdict::Consumed);
    EXPECT_EQ(outcome.lines, 3U);
    EXPECT_EQ(outcome.attempts, outcome.collector + 1);
  }
}

TEST_F(PipelineTest, TellsWhatAUnitThatCouldNotBeReadHadComeTo) {
  add_lane("a");
  script_.failure = Error(Fault::Data, "2 flows are missing");
  (void)failure_of({hour(0)});
  ASSERT_THAT(coverage_, SizeIs(1));
  EXPECT_FALSE(coverage_[0].is_done);
  EXPECT_EQ(coverage_[0].last_epoch.received, 3U);
  ASSERT_THAT(coverage_[0].collectors, SizeIs(1));
  EXPECT_EQ(coverage_[0].collectors[0].lines, 3U);
  EXPECT_EQ(coverage_[0].collectors[0].verdict, Verdict::Failed);
}

/// An epoch is sent again until an hour has passed.
class PipelineRepeats : public PipelineTest {
 protected:
  PipelineRepeats() {
    options_.epoch.send_manifest = false;
    limits_ = RunLimits{stop_.get_token(), clock_.steady_now() + hours(1)};
  }

  std::stop_source stop_;
};

TEST_F(PipelineRepeats, ReadsAndSendsAnUnconfirmedEpochAgain) {
  RecordingSink& sink = add_lane("a");
  sink.bad_receipts = 2;
  ledger_.marks = {hour(0).start};
  run({hour(0), hour(1)});
  EXPECT_THAT(journal_,
              ElementsAre("open a", "read 12:00", "finish a", "open a", "read 12:00", "finish a",
                          "open a", "read 12:00", "finish a", "confirmed 12:00 0:consumed",
                          "open a", "read 13:00", "finish a", "confirmed 13:00 0:consumed"));
  EXPECT_THAT(sink.lines, SizeIs(12));
  EXPECT_EQ(sink.fail_overs, 2);
  EXPECT_THAT(clock_.sleeps(), SizeIs(testing::Le(2U)));
  EXPECT_EQ(seen_.epochs_resent, 2U);
  EXPECT_EQ(seen_.units_done, 2U);
  EXPECT_THAT(messages_, IsEmpty()) << "repeats are told at the info level";
}

TEST_F(PipelineRepeats, ReadsNothingForACollectorThatIsOutOfReach) {
  RecordingSink& sink = add_lane("a");
  sink.failures_of_open = {Error(Fault::Unreachable, "refused"),
                           Error(Fault::Unreachable, "refused")};
  run({hour(0)});
  EXPECT_THAT(journal_, ElementsAre("open a", "open a", "open a", "read 12:00", "finish a"));
}

TEST_F(PipelineRepeats, SaysInTheLinesThatTheyAreSentAgain) {
  RecordingSink& sink = add_lane("a", "rfc5424");
  sink.bad_receipts = 1;
  run({hour(0), hour(1)});
  ASSERT_THAT(sink.lines, SizeIs(9));
  for (std::size_t i = 0; i < sink.lines.size(); ++i) {
    const bool is_second = i >= 3 && i < 6;
    EXPECT_EQ(sink.lines[i].find(R"( attempt="2"] vRNI)") != std::string::npos, is_second) << i;
  }
}

TEST_F(PipelineRepeats, StopsReadingOnceNobodyIsLeft) {
  RecordingSink& sink = add_lane("a");
  int batches = 0;
  sink.on_send = [&] {
    if (++batches == 1) throw Error(Fault::Unconfirmed, "reset");
  };
  run({hour(0)});
  EXPECT_THAT(journal_, ElementsAre("open a", "read 12:00", "open a", "read 12:00", "finish a"));
  EXPECT_EQ(batches, 3);
}

TEST_F(PipelineRepeats, ReadsOnForACaptureWhereNobodyIsLeft) {
  RecordingSink& sink = add_lane("a");
  options_.epoch.reads_units_whole = true;
  int batches = 0;
  sink.on_send = [&] {
    if (++batches == 1) throw Error(Fault::Unconfirmed, "reset");
  };
  run({hour(0)});
  EXPECT_THAT(journal_, ElementsAre("open a", "read 12:00", "open a", "read 12:00", "finish a"));
  EXPECT_EQ(seen_.epochs.received, 6U);
  EXPECT_THAT(sink.lines, SizeIs(3));
}

TEST_F(PipelineRepeats, GivesUpAtTheDeadlineWithStatus75) {
  add_lane("a").failures_of_open =
      std::deque<Error>(1000, Error(Fault::Unreachable, "tcp://a:514: refused"));
  ledger_.marks = {hour(0).start};
  const Error error = failure_of({hour(0)});
  EXPECT_EQ(error.fault(), Fault::Unconfirmed);
  EXPECT_THAT(error.what(), HasSubstr("flows from 2026-11-22T12:00:00Z to 2026-11-22T13:00:00Z: "
                                      "tcp://a:514: refused; given up after"));
  EXPECT_THAT(error.what(), HasSubstr("--deadline leaves no time"));
  EXPECT_THAT(journal_, testing::Each("open a"));
  EXPECT_GT(journal_.size(), 50U);
  EXPECT_THAT(messages_, ElementsAre(HasSubstr("attempt 5 was in vain")));
}

TEST_F(PipelineRepeats, TellsWhyAUnitHadToBeReadAgainWhereTheDeadlineBreaksOffItsReading) {
  add_lane("a").bad_receipts = 2;
  script_.at_end = [this, reads = 0]() mutable {
    if (++reads < 3) return;
    clock_.advance(hours(2));
    script_.failure = Error(Fault::Unconfirmed, "the deadline has passed");
  };
  const Error error = failure_of({hour(0)});
  EXPECT_EQ(error.fault(), Fault::Unconfirmed);
  EXPECT_THAT(error.what(), HasSubstr("collector a"));
  EXPECT_THAT(error.what(), HasSubstr("given up after"));
  EXPECT_THAT(error.what(), HasSubstr("--deadline leaves no time"));
  EXPECT_THAT(error.what(), testing::Not(HasSubstr("deadline has passed")));
}

TEST_F(PipelineRepeats, TellsBothFailuresWhereAReadingRanOutOfTimeAfterACollectorFailed) {
  add_lane("a").bad_receipts = 1;
  script_.at_end = [this, reads = 0]() mutable {
    if (++reads < 2) return;
    script_.failure = Error(Fault::Unreachable, "POST: no whole answer in time").out_of_time();
  };
  const Error error = failure_of({hour(0)});
  EXPECT_EQ(error.fault(), Fault::Unconfirmed);
  EXPECT_THAT(error.what(), HasSubstr("collector a"));
  EXPECT_THAT(error.what(), HasSubstr("--deadline leaves no time"));
  EXPECT_THAT(error.what(), HasSubstr("; the last reading failed: POST: no whole answer in time"));
}

TEST_F(PipelineRepeats, DoesNotRepeatWhatRepeatingCannotCure) {
  RecordingSink& sink = add_lane("a");
  for (const Error& failure :
       {Error(Fault::Refused, "certificate"), Error(Fault::Configuration, "key file"),
        Error(Fault::CannotWrite, "disk full")}) {
    sink.failures_of_open = {failure};
    EXPECT_EQ(failure_of({hour(0)}).fault(), failure.fault());
  }
  EXPECT_THAT(journal_, ElementsAre("open a", "open a", "open a"));
}

TEST_F(PipelineRepeats, DoesNotRepeatWhatThePlatformCouldNotDo) {
  add_lane("a");
  script_.failure = Error(Fault::Unreachable, "503");
  EXPECT_EQ(failure_of({hour(0)}).fault(), Fault::Unreachable);
  EXPECT_THAT(journal_, ElementsAre("open a", "read 12:00"));
}

TEST_F(PipelineRepeats, OwesAUnitThatCannotBeReadAndGoesOn) {
  ledger_.marks = {hour(0).start, hour(0).start};
  add_lane("a");
  add_lane("b");
  script_.at_end = [this, unit = 0]() mutable {
    script_.failure.reset();
    if (unit++ == 1) script_.failure = Error(Fault::Data, "nonsense");
  };
  const Error error = failure_of({hour(0), hour(1), hour(2)});
  EXPECT_EQ(error.fault(), Fault::Data);
  EXPECT_THAT(error.what(), AllOf(HasSubstr("2026-11-22T13:00:00Z/2026-11-22T14:00:00Z"),
                                  HasSubstr("--give-up")));
  EXPECT_THAT(journal_, Contains("owed 13:00"));
  EXPECT_THAT(journal_, Contains("confirmed 14:00 0:consumed 1:consumed"));
  EXPECT_THAT(messages_, Contains(HasSubstr("nonsense")));
  EXPECT_EQ(seen_.units_done, 2U);
}

TEST_F(PipelineRepeats, ReadsWhatIsOwedFirst) {
  ledger_.marks = {hour(3).start, hour(3).start};
  ledger_.owed_windows = {{hour(0)}, {hour(0), hour(1)}};
  add_lane("a");
  add_lane("b");
  run({hour(3)});
  EXPECT_THAT(journal_,
              IsSupersetOf({"confirmed 12:00 0:consumed 1:consumed", "confirmed 13:00 1:consumed",
                            "confirmed 15:00 0:consumed 1:consumed"}));
  EXPECT_EQ(std::ranges::count(journal_, "read 13:00"), 1);
  EXPECT_LT(std::ranges::find(journal_, "read 13:00"), std::ranges::find(journal_, "read 15:00"));
}

TEST_F(PipelineRepeats, EndsWithAFaultAsLongAsSomethingIsOwed) {
  ledger_.marks = {hour(3).start};
  ledger_.owed_windows = {{hour(0)}};
  add_lane("a");
  script_.failure = Error(Fault::Data, "nonsense");
  EXPECT_EQ(failure_of({}).fault(), Fault::Data);
  script_.failure.reset();
  run({});
  EXPECT_THAT(ledger_.owed_windows, ElementsAre(IsEmpty()));
}

TEST_F(PipelineRepeats, DoesNotBlameTheCommandLineForAUnitThatIsOwed) {
  ledger_.marks = {hour(3).start};
  ledger_.owed_windows = {{hour(0)}};
  add_lane("a");
  script_.failure = Error(Fault::Usage, "check the filter");
  EXPECT_EQ(failure_of({}).fault(), Fault::Data);
  EXPECT_EQ(failure_of({hour(3)}).fault(), Fault::Usage) << "a filter that no unit has passed with";
  EXPECT_THAT(ledger_.owed_windows.at(0), Contains(hour(0)));
  EXPECT_THAT(journal_, Contains("read 15:00"));
}

TEST_F(PipelineRepeats, EndsIfMoreIsOwedThanCanBeRemembered) {
  ledger_.marks = {hour(0).start};
  ledger_.is_full = true;
  add_lane("a");
  script_.failure = Error(Fault::Data, "nonsense");
  EXPECT_THAT(failure_of({hour(0), hour(1)}).what(), HasSubstr("nonsense"));
  EXPECT_THAT(journal_, Not(Contains("read 13:00")));
}

TEST_F(PipelineRepeats, OwesNothingThatThePlatformWasOutOfReachFor) {
  ledger_.marks = {hour(0).start};
  add_lane("a");
  for (const Fault fault : {Fault::Unreachable, Fault::LoginRefused, Fault::Interrupted}) {
    script_.failure = Error(fault, "gone");
    EXPECT_EQ(failure_of({hour(0), hour(1)}).fault(), fault);
  }
  EXPECT_THAT(ledger_.owed_windows, IsEmpty());
}

TEST_F(PipelineRepeats, OwesNothingForWhichTimeRanOut) {
  ledger_.marks = {hour(0).start};
  add_lane("a");
  script_.failure = Error(Fault::Data, "a page of a front end, until the deadline").out_of_time();
  EXPECT_EQ(failure_of({hour(0), hour(1)}).fault(), Fault::Data);
  EXPECT_THAT(ledger_.owed_windows, IsEmpty());
  EXPECT_THAT(journal_, Not(Contains("read 13:00")));
}

TEST_F(PipelineRepeats, EndsWhenAStopIsRequested) {
  RecordingSink& sink = add_lane("a");
  sink.failures_of_open = std::deque<Error>(1000, Error(Fault::Unreachable, "refused"));
  stop_.request_stop();
  const Error error = failure_of({hour(0)});
  EXPECT_EQ(error.fault(), Fault::Unconfirmed);
  EXPECT_THAT(error.what(), testing::Not(HasSubstr("--deadline")));
  EXPECT_THAT(journal_, ElementsAre("open a"));
}

TEST_F(PipelineRepeats, SendsNoUnitAgainToWhoHasConfirmedIt) {
  RecordingSink& good = add_lane("a");
  RecordingSink& bad = add_sink("b");
  bad.bad_receipts = 1;
  ledger_.marks = {hour(0).start, hour(0).start};
  run({hour(0)});
  EXPECT_THAT(good.lines, SizeIs(3));
  EXPECT_THAT(bad.lines, SizeIs(6));
  EXPECT_THAT(journal_, ElementsAre("open a", "open b", "read 12:00", "finish a", "finish b",
                                    "confirmed 12:00 0:consumed", "open b", "read 12:00",
                                    "finish b", "confirmed 12:00 1:consumed"));
}

TEST_F(PipelineRepeats, SendsNothingThatAnEarlierRunHasDelivered) {
  RecordingSink& ahead = add_lane("a");
  RecordingSink& behind = add_lane("b");
  ledger_.marks = {hour(1).start, hour(0).start};
  run({hour(0), hour(1)});
  EXPECT_THAT(ahead.lines, SizeIs(3));
  EXPECT_THAT(behind.lines, SizeIs(6));
}

TEST_F(PipelineRepeats, LetsTheOthersGoOnWhereOneIsGivenUp) {
  limits_.gives_up_early = true;
  add_lane("a").failures_of_open =
      std::deque<Error>(1, Error(Fault::Unreachable, "tcp://a:514: refused"));
  RecordingSink& other = add_lane("b");
  ledger_.marks = {hour(0).start, hour(0).start};
  const Error error = failure_of({hour(0), hour(1)});
  EXPECT_EQ(error.fault(), Fault::Unconfirmed);
  EXPECT_THAT(error.what(), testing::Not(HasSubstr("--deadline")));
  EXPECT_THAT(other.lines, SizeIs(6));
  EXPECT_THAT(journal_, ElementsAre("open a", "open b", "read 12:00", "finish b",
                                    "confirmed 12:00 1:consumed", "open b", "read 13:00",
                                    "finish b", "confirmed 13:00 1:consumed"));
  EXPECT_EQ(seen_.units_done, 0U);
}

TEST_F(PipelineRepeats, TellsOfEveryOneThatIsGivenUp) {
  limits_.gives_up_early = true;
  add_lane("a").failures_of_open = {Error(Fault::Unreachable, "a: refused")};
  add_lane("b").failures_of_open = {Error(Fault::Unreachable, "b: refused")};
  const Error error = failure_of({hour(0)});
  EXPECT_THAT(error.what(), HasSubstr("a: refused"));
  EXPECT_THAT(error.what(), testing::Not(HasSubstr("--deadline")));
  EXPECT_THAT(messages_, ElementsAre(HasSubstr("b: refused")));
}

TEST_F(PipelineRepeats, RemembersFlowsOnlyWhereOneEpochBroughtThemToAll) {
  has_filter_ = true;
  add_lane("a");
  add_lane("b").bad_receipts = 1;
  ledger_.marks = {hour(0).start, hour(0).start};
  run({hour(0), hour(1)});
  EXPECT_THAT(journal_, testing::Contains("commit").Times(testing::Le(1)));
  EXPECT_THAT(journal_, testing::Contains("confirmed 12:00 1:consumed"));
}

TEST_F(PipelineRepeats, RemembersTheFlowsBeforeTheWatermark) {
  has_filter_ = true;
  add_lane("a");
  ledger_.marks = {hour(0).start};
  run({hour(0)});
  EXPECT_THAT(journal_, ElementsAre("begin 12:00", "open a", "read 12:00", "finish a", "commit",
                                    "confirmed 12:00 0:consumed"));
}

/// The next unit is read while one waits for its receipts.
class PipelineAhead : public PipelineRepeats {
 protected:
  PipelineAhead() {
    options_.reads_ahead = true;
    ledger_.marks = {hour(0).start};
  }
  [[nodiscard]] std::ptrdiff_t place_of(const std::string& entry) const {
    return std::ranges::find(journal_, entry) - journal_.begin();
  }
  /// Has the sink wait with its first receipt until the platform is asked for the second unit.
  void hold_receipt_until_next_unit_is_asked_for(RecordingSink& sink) {
    script_.on_next = [this, calls = 0]() mutable {
      if (++calls != kCallsForAUnit + 1) return;
      if (on_next_unit_) on_next_unit_();
      is_asked_.open();
      if (after_next_unit_) after_next_unit_();
    };
    sink.on_finish = [this] { EXPECT_TRUE(is_asked_.pass()) << "the next unit is not asked for"; };
  }

  /// Of next() for the first unit: two batches, and the end.
  static constexpr int kCallsForAUnit = 3;

  Gate is_asked_;
  std::function<void()> on_next_unit_;     ///< before the sink may give its receipt
  std::function<void()> after_next_unit_;  ///< before the platform answers
};

TEST_F(PipelineAhead, ReadsTheNextUnitWhileOneWaitsForItsReceipt) {
  RecordingSink& sink = add_lane("a");
  hold_receipt_until_next_unit_is_asked_for(sink);
  run({hour(0), hour(1)});
  EXPECT_THAT(sink.lines, SizeIs(6));
  EXPECT_THAT(script_.confirmed, ElementsAre("12:00", "13:00"));
  EXPECT_EQ(seen_.epochs.received, 6U);
  EXPECT_EQ(seen_.epochs.announced, 6U);
  EXPECT_EQ(seen_.units_done, 2U);
}

TEST_F(PipelineAhead, SaysWhichUnitsComeNextBeforeItReadsOne) {
  add_lane("a");
  script_.on_next = [this] { EXPECT_FALSE(script_.prepared.empty()); };
  run({hour(0), hour(1), hour(2)});
  EXPECT_EQ(script_.prepared.front(), "13:00 14:00");
}

TEST_F(PipelineAhead, SaysOfNoMoreThanFiveUnitsThatTheyComeNext) {
  add_lane("a");
  run({hour(0), hour(1), hour(2), hour(3), hour(4), hour(5), hour(6)});
  EXPECT_EQ(script_.prepared.front(), "13:00 14:00 15:00 16:00 17:00");
}

TEST_F(PipelineAhead, SaysWhichUnitsComeAfterTheOneThatItReadsAhead) {
  hold_receipt_until_next_unit_is_asked_for(add_lane("a"));
  on_next_unit_ = [this] { EXPECT_EQ(script_.prepared.back(), "14:00 15:00"); };
  run({hour(0), hour(1), hour(2), hour(3)});
}

TEST_F(PipelineAhead, ReadsNothingAheadWhileNobodyTakesAUnit) {
  add_lane("a").failures_of_open = {Error(Fault::Unreachable, "a: refused")};
  run({hour(0), hour(1)});
  EXPECT_LT(place_of("read 12:00"), place_of("read 13:00"));
  EXPECT_EQ(std::ranges::count(journal_, "read 13:00"), 1);
}

TEST_F(PipelineAhead, CountsAUnitAsDoneOnceEveryCollectorHasIt) {
  limits_.gives_up_early = true;
  ledger_.marks = {hour(1).start, hour(0).start};
  ledger_.owed_windows = {{hour(0)}, {}};
  add_lane("a");
  add_lane("b").failures_of_open = {Error(Fault::Unreachable, "b: refused")};
  (void)failure_of({hour(0)});
  EXPECT_THAT(journal_, Contains("confirmed 12:00 0:consumed"));
  ASSERT_THAT(coverage_, SizeIs(1));
  EXPECT_FALSE(coverage_[0].is_done);
}

TEST_F(PipelineAhead, SaysAtTheEndThatNothingComesNext) {
  limits_.gives_up_early = true;
  add_lane("a").failures_of_open = {Error(Fault::Unreachable, "a: refused")};
  (void)failure_of({hour(0), hour(1), hour(2)});
  EXPECT_EQ(script_.prepared.front(), "13:00 14:00");
  EXPECT_EQ(script_.prepared.back(), "") << "nobody reads what was begun for one that is given up";
}

TEST_F(PipelineRepeats, SaysNothingOfTheNextUnitIfNoneIsReadAhead) {
  add_lane("a");
  ledger_.marks = {hour(0).start};
  run({hour(0), hour(1)});
  EXPECT_THAT(script_.prepared, testing::IsEmpty());
}

TEST_F(PipelineAhead, ConfirmsAUnitBeforeItSendsAnythingOfTheNextOne) {
  hold_receipt_until_next_unit_is_asked_for(add_lane("a"));
  run({hour(0), hour(1)});
  const auto second_open = std::ranges::find(journal_.rbegin(), journal_.rend(), "open a").base();
  EXPECT_GT(second_open - journal_.begin(), place_of("confirmed 12:00 0:consumed"));
  EXPECT_LT(place_of("confirmed 12:00 0:consumed"), place_of("confirmed 13:00 0:consumed"));
}

TEST_F(PipelineAhead, ConfirmsAUnitAlsoIfThePlatformDoesNotAnswerForTheNextOne) {
  hold_receipt_until_next_unit_is_asked_for(add_lane("a"));
  Gate is_confirmed;
  ledger_.on_confirm = [&, is_first = true]() mutable {
    if (std::exchange(is_first, false)) is_confirmed.open();
  };
  after_next_unit_ = [&] {
    EXPECT_TRUE(is_confirmed.pass()) << "the confirmation waits for the platform";
  };
  run({hour(0), hour(1)});
  EXPECT_EQ(seen_.units_done, 2U);
}

TEST_F(PipelineAhead, BeginsAgainWithAUnitIfTheOneBeforeIsReadAgain) {
  RecordingSink& sink = add_lane("a");
  hold_receipt_until_next_unit_is_asked_for(sink);
  sink.bad_receipts = 1;
  run({hour(0), hour(1)});
  EXPECT_THAT(sink.lines, ElementsAre(HasSubstr("f1"), HasSubstr("f2"), HasSubstr("f3"),
                                      HasSubstr("f1"), HasSubstr("f2"), HasSubstr("f3"),
                                      HasSubstr("f1"), HasSubstr("f2"), HasSubstr("f3")));
  EXPECT_EQ(seen_.epochs.received, 9U) << "what was read ahead for nothing does not count";
  EXPECT_EQ(seen_.epochs_resent, 1U);
  EXPECT_EQ(std::ranges::count(journal_, "read 13:00"), 2);
}

TEST_F(PipelineAhead, TellsOfAFailureOfThePlatformOnceTheUnitBeforeIsConfirmed) {
  RecordingSink& sink = add_lane("a");
  Gate has_failed;
  script_.at_end = [&, is_first = true]() mutable {
    if (std::exchange(is_first, false)) return;
    script_.failure = Error(Fault::Unreachable, "the platform is gone");
    has_failed.open();
  };
  sink.on_finish = [&] { EXPECT_TRUE(has_failed.pass()); };
  const Error error = failure_of({hour(0), hour(1), hour(2)});
  EXPECT_STREQ(error.what(),
               "flows from 2026-11-22T13:00:00Z to 2026-11-22T14:00:00Z: the platform is gone");
  EXPECT_THAT(journal_, testing::Contains("confirmed 12:00 0:consumed"));
  EXPECT_EQ(seen_.units_done, 1U);
  ASSERT_THAT(coverage_, SizeIs(2));
  EXPECT_TRUE(coverage_[0].is_done);
}

TEST_F(PipelineAhead, LeavesOutOfTheNextUnitWhatThisOneBrought) {
  has_filter_ = true;
  RecordingSink& sink = add_lane("a");
  hold_receipt_until_next_unit_is_asked_for(sink);
  filter_.on_commit = [&] { filter_.repeats = {"f1", "f2", "f3"}; };
  run({hour(0), hour(1)});
  EXPECT_THAT(sink.lines, SizeIs(3));
  EXPECT_EQ(seen_.epochs.left_out, 3U);
}

TEST_F(PipelineAhead, EndsWhenAStopIsRequestedWhileItReads) {
  RecordingSink& sink = add_lane("a");
  hold_receipt_until_next_unit_is_asked_for(sink);
  on_next_unit_ = [&] { stop_.request_stop(); };
  after_next_unit_ = [] { throw Error(Fault::Interrupted, "stopped"); };
  sink.bad_receipts = 1;
  const Error error = failure_of({hour(0), hour(1)});
  EXPECT_EQ(error.fault(), Fault::Unconfirmed);
  EXPECT_THAT(error.what(), HasSubstr("flows from 2026-11-22T12:00:00Z"));
}

struct ReceiptCase {
  const char* name;
  std::optional<Verdict> required;  ///< none: --confirm auto
  Verdict given;
  bool is_accepted;
  bool is_told;  ///< by a warning
};

class PipelineReceipt : public PipelineTest, public testing::WithParamInterface<ReceiptCase> {};

TEST_P(PipelineReceipt, IsHeldAgainstWhatIsRequired) {
  options_.epoch.required_verdict = GetParam().required;
  add_lane("a").receipt = {GetParam().given, "because"};
  if (GetParam().is_accepted) {
    EXPECT_NO_THROW(run({hour(0)}));
  } else {
    EXPECT_EQ(failure_of({hour(0)}).fault(), Fault::Unconfirmed);
  }
  EXPECT_THAT(messages_, SizeIs(GetParam().is_told ? 1 : 0));
}

INSTANTIATE_TEST_SUITE_P(
    Table, PipelineReceipt,
    testing::Values(
        ReceiptCase{"AutoConsumed", std::nullopt, Verdict::Consumed, true, false},
        ReceiptCase{"AutoAckedIsTold", std::nullopt, Verdict::Acked, true, true},
        ReceiptCase{"AutoWritten", std::nullopt, Verdict::Written, true, false},
        ReceiptCase{"AutoFailed", std::nullopt, Verdict::Failed, false, false},
        ReceiptCase{"ConsumedConsumed", Verdict::Consumed, Verdict::Consumed, true, false},
        ReceiptCase{"ConsumedAcked", Verdict::Consumed, Verdict::Acked, false, false},
        ReceiptCase{"ConsumedWritten", Verdict::Consumed, Verdict::Written, false, false},
        ReceiptCase{"AckedAcked", Verdict::Acked, Verdict::Acked, true, false},
        ReceiptCase{"AckedWritten", Verdict::Acked, Verdict::Written, false, false},
        ReceiptCase{"WrittenWritten", Verdict::Written, Verdict::Written, true, false},
        ReceiptCase{"WrittenFailed", Verdict::Written, Verdict::Failed, false, false}),
    [](const auto& row) { return row.param.name; });

}  // namespace
}  // namespace vrni2syslog
