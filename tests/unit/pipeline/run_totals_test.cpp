#include "pipeline/run_totals.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <set>

namespace vrni2syslog {
namespace {

[[nodiscard]] std::optional<std::uint64_t> value_of(std::string_view name,
                                                    const RunStatistics& run) {
  const auto total = std::ranges::find(run_totals(), name, &RunTotal::name);
  if (total == run_totals().end()) return std::nullopt;
  return total->value(run);
}

TEST(RunTotals, HaveNamesOfTheirOwnAndSayWhatTheyCount) {
  std::set<std::string_view> names;
  for (const RunTotal& total : run_totals()) {
    EXPECT_TRUE(names.insert(total.name).second) << total.name;
    EXPECT_FALSE(total.measured_in.empty()) << total.name;
    EXPECT_FALSE(total.help.empty()) << total.name;
    EXPECT_NE(total.help.back(), '.') << total.name;
  }
}

TEST(RunTotals, AreZeroBeforeTheRun) {
  for (const RunTotal& total : run_totals())
    EXPECT_EQ(total.value(RunStatistics()), 0U) << total.name;
}

TEST(RunTotals, HaveEachAFigureOfItsOwn) {
  RunStatistics run;
  std::uint64_t next = 0;
  for (std::uint64_t* figure :
       {&run.epochs.announced, &run.epochs.received, &run.epochs.lines, &run.epochs.line_bytes,
        &run.epochs.searches, &run.source.calls, &run.source.retries, &run.source.throttled,
        &run.source.versions_reused, &run.epochs_resent, &run.epochs.rereads, &run.epochs.halvings,
        &run.epochs.partial, &run.source.without_metrics, &run.epochs.truncated,
        &run.epochs.left_out, &run.windows_recounted, &run.late_flows}) {
    *figure = ++next;
  }
  std::set<std::uint64_t> values;
  for (const RunTotal& total : run_totals()) values.insert(total.value(run).value_or(0));
  EXPECT_EQ(values.size(), run_totals().size());
  EXPECT_EQ(*values.begin(), 1U);
  EXPECT_EQ(*values.rbegin(), next);
  EXPECT_EQ(value_of("lines", run), 3U);
  EXPECT_EQ(value_of("calls_throttled", run), 8U);
}

TEST(RunTotals, DoNotGuessWhatThePlatformDidNotSay) {
  RunStatistics run;
  run.epochs.announced = 5;
  EXPECT_EQ(value_of("announced", run), 5U);
  run.epochs.unannounced = 1;
  EXPECT_EQ(value_of("announced", run), std::nullopt);
}

}  // namespace
}  // namespace vrni2syslog
