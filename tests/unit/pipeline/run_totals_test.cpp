#include "pipeline/run_counters.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <set>

namespace vrni2syslog {
namespace {

[[nodiscard]] std::optional<std::uint64_t> value_of(std::string_view name,
                                                    const RunStatistics& run) {
  const auto counter = std::ranges::find(run_counters(), name, &RunCounter::name);
  if (counter == run_counters().end()) return std::nullopt;
  return counter->value(run);
}

TEST(RunCounters, HaveNamesOfTheirOwnAndSayWhatTheyCount) {
  std::set<std::string_view> names;
  for (const RunCounter& counter : run_counters()) {
    EXPECT_TRUE(names.insert(counter.name).second) << counter.name;
    EXPECT_FALSE(counter.unit.empty()) << counter.name;
    EXPECT_FALSE(counter.help.empty()) << counter.name;
    EXPECT_NE(counter.help.back(), '.') << counter.name;
  }
}

TEST(RunCounters, AreZeroBeforeTheRun) {
  for (const RunCounter& counter : run_counters())
    EXPECT_EQ(counter.value(RunStatistics()), 0U) << counter.name;
}

TEST(RunCounters, HaveEachAFigureOfItsOwn) {
  RunStatistics run;
  std::uint64_t next = 0;
  for (std::uint64_t* figure :
       {&run.epochs.announced, &run.epochs.received, &run.epochs.lines, &run.epochs.line_bytes,
        &run.epochs.searches, &run.source.calls, &run.source.retries, &run.source.throttled,
        &run.epochs_resent, &run.epochs.rereads, &run.epochs.halvings, &run.epochs.partial,
        &run.source.without_metrics, &run.epochs.truncated, &run.epochs.left_out,
        &run.windows_recounted, &run.late_flows}) {
    *figure = ++next;
  }
  std::set<std::uint64_t> values;
  for (const RunCounter& counter : run_counters()) values.insert(counter.value(run).value_or(0));
  EXPECT_EQ(values.size(), run_counters().size());
  EXPECT_EQ(*values.begin(), 1U);
  EXPECT_EQ(*values.rbegin(), next);
  EXPECT_EQ(value_of("lines", run), 3U);
  EXPECT_EQ(value_of("calls_throttled", run), 8U);
}

TEST(RunCounters, DoNotGuessWhatThePlatformDidNotSay) {
  RunStatistics run;
  run.epochs.announced = 5;
  EXPECT_EQ(value_of("announced", run), 5U);
  run.epochs.unannounced = 1;
  EXPECT_EQ(value_of("announced", run), std::nullopt);
}

}  // namespace
}  // namespace vrni2syslog
