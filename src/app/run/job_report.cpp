#include "app/run/job_report.h"

#include "base/error.h"

#include <fmt/format.h>

#include <array>
#include <chrono>
#include <utility>

namespace vrni2syslog {
namespace {

using std::chrono::seconds;

/// "25 minutes ago", "3 days ago", "in 2 hours".
[[nodiscard]] std::string age_text(seconds age) {
  constexpr std::array<std::pair<std::int64_t, std::string_view>, 4> kUnits{
      {{86'400, "day"}, {3600, "hour"}, {60, "minute"}, {1, "second"}}};
  const std::int64_t length = age < seconds(0) ? -age.count() : age.count();
  for (const auto& [size, name] : kUnits) {
    if (length < size && size > 1) continue;
    const std::int64_t count = length / size;
    const std::string text = fmt::format("{} {}{}", count, name, count == 1 ? "" : "s");
    return age < seconds(0) ? "in " + text : text + " ago";
  }
  return {};
}

[[nodiscard]] std::string describe(const CollectorCheckpoint& collector, UnixSeconds newest) {
  std::string text = "  " + printable(collector.name, 2000) + ": ";
  if (collector.confirmed_at) {
    const Verdict verdict = collector.verdict.value_or(Verdict::Failed);
    text += fmt::format("{} at {}", name_of(verdict), to_rfc3339(*collector.confirmed_at));
  } else {
    text += "nothing confirmed yet";
  }
  text += fmt::format(", {} {}", collector.confirmed_at ? "up to" : "begins at",
                      to_rfc3339(collector.watermark));
  if (collector.watermark < newest)
    text += fmt::format("; lacks what others have got, up to {}", to_rfc3339(newest));
  text += "\n";
  for (const TimeWindow& window : collector.owed) {
    text += fmt::format("    is owed {}, which could not be read: every run tries again\n",
                        to_text(window));
  }
  if (!collector.chain.last.empty()) {
    const std::string& key = collector.chain.key;
    text += fmt::format("    last manifest {}, {}\n", printable(collector.chain.last),
                        key.empty() ? "not signed" : "signed with key " + printable(key));
  }
  return text;
}

}  // namespace

std::string describe_progress(const Checkpoint& checkpoint) {
  return "goes on from " + to_rfc3339(watermark_of(checkpoint));
}

std::string describe_job(const Checkpoint& checkpoint, UnixSeconds now) {
  std::string text = fmt::format("job {}: {}, {}\n", checkpoint.job, describe_progress(checkpoint),
                                 age_text(now - watermark_of(checkpoint)));
  text +=
      fmt::format("  from {}, filter '{}', saved at {} by run {}\n", printable(checkpoint.platform),
                  printable(checkpoint.filter, 2000), to_rfc3339(checkpoint.saved_at),
                  checkpoint.run_id.empty() ? "-" : printable(checkpoint.run_id));
  for (const CollectorCheckpoint& collector : checkpoint.collectors)
    text += describe(collector, newest_watermark_of(checkpoint));
  return text;
}

}  // namespace vrni2syslog
