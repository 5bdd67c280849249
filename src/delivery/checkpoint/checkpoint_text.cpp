#include "delivery/checkpoint/checkpoint_text.h"

#include "delivery/checkpoint/state_text.h"

#include <fmt/format.h>

namespace vrni2syslog {
namespace {

constexpr std::string_view kMagic = "vrni2syslog state ";
constexpr int kOldestVersion = 1;

}  // namespace

std::string format_checkpoint(const Checkpoint& checkpoint) {
  const bool is_owing = !owed_windows(checkpoint).empty();
  std::string text = fmt::format("{}{}\n", kMagic, is_owing ? kCheckpointVersion : kOldestVersion);
  append_state_line(text, "job", checkpoint.job);
  append_state_line(text, "platform", checkpoint.platform);
  append_state_line(text, "filter", checkpoint.filter);
  append_state_line(text, "watermark", to_rfc3339(watermark_of(checkpoint)));
  append_state_line(text, "run", checkpoint.run_id);
  append_state_line(text, "saved", to_rfc3339(checkpoint.saved_at));
  for (const CollectorCheckpoint& collector : checkpoint.collectors) {
    append_state_line(text, "collector", collector.name);
    append_state_line(text, "  watermark", to_rfc3339(collector.watermark));
    append_state_line(text, "  verdict", collector.verdict ? name_of(*collector.verdict) : "");
    append_state_line(text, "  confirmed",
                      collector.confirmed_at ? to_rfc3339(*collector.confirmed_at) : "");
    for (const TimeWindow& window : collector.owed)
      append_state_line(text, "  owed", to_text(window));
  }
  append_state_digest(text);
  return text;
}

Checkpoint parse_checkpoint(std::string_view text) {
  require_state_version(text, kMagic, kOldestVersion, kCheckpointVersion);
  StateLines lines(text);
  Checkpoint checkpoint;
  checkpoint.job = lines.value_of("job");
  checkpoint.platform = lines.value_of("platform");
  checkpoint.filter = lines.value_of("filter");
  static_cast<void>(lines.time_of("watermark"));  // for readers: it follows from the rest
  checkpoint.run_id = lines.value_of("run");
  checkpoint.saved_at = lines.time_of("saved");
  do {
    CollectorCheckpoint& collector = checkpoint.collectors.emplace_back();
    collector.name = lines.value_of("collector");
    collector.watermark = lines.time_of("  watermark");
    collector.verdict = lines.optional_verdict_of("  verdict");
    collector.confirmed_at = lines.optional_time_of("  confirmed");
    while (lines.is_before("  owed")) collector.owed.push_back(lines.window_of("  owed"));
  } while (!lines.is_at_end());
  if (format_checkpoint(checkpoint) != text) throw_damaged_state("it contradicts itself");
  return checkpoint;
}

}  // namespace vrni2syslog
