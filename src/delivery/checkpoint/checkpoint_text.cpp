#include "delivery/checkpoint/checkpoint_text.h"

#include "delivery/checkpoint/state_text.h"

#include <fmt/format.h>

#include <algorithm>
#include <string>

namespace vrni2syslog {
namespace {

constexpr std::string_view kMagic = "vrni2syslog state ";
constexpr int kOldestVersion = 1;
constexpr int kFirstVersionWithOwed = 2;
constexpr int kFirstVersionWithChains = 3;
static_assert(kFirstVersionWithChains == kCheckpointVersion);
constexpr std::string_view kGenesisWord = "genesis ";

/// The least version that can hold it: an older program can go on where it needs no newer one.
[[nodiscard]] int version_of(const Checkpoint& checkpoint) {
  const auto has_chain = [](const CollectorCheckpoint& one) { return one.chain != ChainEnd{}; };
  if (std::ranges::any_of(checkpoint.collectors, has_chain)) return kFirstVersionWithChains;
  return owed_windows(checkpoint).empty() ? kOldestVersion : kFirstVersionWithOwed;
}

/// "genesis set-watermark", or the digest and behind it the key's id if there is one.
[[nodiscard]] std::string chain_text(const ChainEnd& chain) {
  if (chain.last.empty()) return std::string(kGenesisWord) + chain.genesis;
  return chain.key.empty() ? chain.last : chain.last + ' ' + chain.key;
}

[[nodiscard]] ChainEnd parse_chain(std::string_view text) {
  ChainEnd chain;
  if (text.starts_with(kGenesisWord)) {
    chain.genesis = text.substr(kGenesisWord.size());
    return chain;
  }
  const std::size_t blank = std::min(text.find(' '), text.size());
  chain.last = text.substr(0, blank);
  if (blank < text.size()) chain.key = text.substr(blank + 1);
  return chain;
}

}  // namespace

std::string format_checkpoint(const Checkpoint& checkpoint) {
  std::string text = fmt::format("{}{}\n", kMagic, version_of(checkpoint));
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
    if (collector.chain != ChainEnd{})
      append_state_line(text, "  chain", chain_text(collector.chain));
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
    if (lines.is_before("  chain")) collector.chain = parse_chain(lines.value_of("  chain"));
  } while (!lines.is_at_end());
  if (format_checkpoint(checkpoint) != text) throw_damaged_state("it contradicts itself");
  return checkpoint;
}

}  // namespace vrni2syslog
