#include "delivery/checkpoint/kept_progress.h"

#include "base/error.h"
#include "base/text/ascii.h"
#include "base/text/number.h"

#include <fmt/format.h>

#include <algorithm>
#include <chrono>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <utility>
#include <vector>

namespace vrni2syslog {
namespace {

constexpr std::size_t kMaxTextBytes = 3500;
constexpr std::size_t kDigestDigits = 64;

[[nodiscard]] std::int64_t seconds_of(UnixSeconds time) {
  return time.time_since_epoch().count();
}

[[nodiscard]] std::optional<UnixSeconds> parse_seconds(std::string_view text) {
  // Beyond the year 9999 no time can be written.
  constexpr std::int64_t kEnd = 253'402'300'800;
  const auto number = parse_whole<std::int64_t>(text);
  if (!number || *number < 0 || *number >= kEnd) return std::nullopt;
  return UnixSeconds(std::chrono::seconds(*number));
}

/// "START+SECONDS".
[[nodiscard]] std::optional<TimeWindow> parse_window(std::string_view text) {
  const std::size_t plus = text.find('+');
  if (plus == std::string_view::npos) return std::nullopt;
  const auto start = parse_seconds(text.substr(0, plus));
  const auto length = parse_whole<std::int64_t>(text.substr(plus + 1));
  constexpr std::int64_t kLongest = std::int64_t{366} * 24 * 3600;
  if (!start || !length || *length <= 0 || *length > kLongest) return std::nullopt;
  return TimeWindow{*start, *start + std::chrono::seconds(*length)};
}

[[nodiscard]] std::optional<std::vector<TimeWindow>> parse_windows(std::string_view text) {
  std::vector<TimeWindow> windows;
  if (text.empty()) return windows;
  for (const std::string_view part : split_at_commas(text)) {
    const std::optional<TimeWindow> window = parse_window(part);
    const bool is_in_order = windows.empty() || (window && windows.back().end <= window->start);
    if (!window || !is_in_order || windows.size() >= kMaxOwedWindows) return std::nullopt;
    windows.push_back(*window);
  }
  return windows;
}

[[nodiscard]] bool is_digest(std::string_view text) {
  return text.size() == kDigestDigits && std::ranges::all_of(text, is_lower_hex_digit);
}

/// A word that a manifest may quote.
[[nodiscard]] bool is_word(std::string_view text) {
  constexpr std::size_t kLongest = 128;
  return text.size() <= kLongest &&
         std::ranges::all_of(text, [](char c) { return c > ' ' && c <= '~' && c != '"'; });
}

/// Takes "name=value" into the progress. Returns false if the value is none.
[[nodiscard]] bool take(std::string_view name, std::string_view value, KeptProgress& kept) {
  CollectorCheckpoint& collector = kept.collector;
  if (name == "watermark") {
    const auto time = parse_seconds(value);
    if (time) collector.watermark = *time;
    return time.has_value();
  }
  if (name == "owed") {
    auto windows = parse_windows(value);
    if (windows) collector.owed = *std::move(windows);
    return windows.has_value();
  }
  if (name == "unlisted") {
    const auto count = parse_whole<std::uint64_t>(value);
    if (count) kept.unlisted_owed = *count;
    return count.has_value();
  }
  if (name == "chain") {
    collector.chain.last = value;
    return is_digest(value);
  }
  if (name == "key") {
    collector.chain.key = value;
    return is_word(value);
  }
  if (name == "genesis") {
    collector.chain.genesis = value;
    return is_word(value);
  }
  return true;
}

}  // namespace

std::string to_kept_text(const CollectorCheckpoint& collector) {
  std::string text = fmt::format("watermark={}", seconds_of(collector.watermark));
  const ChainEnd& chain = collector.chain;
  if (!chain.last.empty()) text += " chain=" + chain.last;
  if (!chain.key.empty()) text += " key=" + chain.key;
  if (chain.last.empty()) text += " genesis=" + chain.genesis;
  std::string owed;
  std::size_t listed = 0;
  for (const TimeWindow& window : collector.owed) {
    const std::string word =
        fmt::format("{}{}+{}", owed.empty() ? "" : ",", seconds_of(window.start),
                    (window.end - window.start).count());
    if (text.size() + owed.size() + word.size() > kMaxTextBytes) break;
    owed += word;
    ++listed;
  }
  if (!owed.empty()) text += " owed=" + owed;
  if (listed < collector.owed.size())
    text += fmt::format(" unlisted={}", collector.owed.size() - listed);
  return text;
}

KeptProgress parse_kept_text(std::string_view text) {
  KeptProgress kept;
  bool has_watermark = false;
  bool is_sound = true;
  while (!text.empty()) {
    const std::size_t blank = std::min(text.find(' '), text.size());
    const std::string_view word = text.substr(0, blank);
    const std::size_t equals = word.find('=');
    text.remove_prefix(std::min(blank + 1, text.size()));
    is_sound = is_sound && equals != std::string_view::npos &&
               take(word.substr(0, equals), word.substr(equals + 1), kept);
    has_watermark = has_watermark || word.substr(0, equals) == "watermark";
  }
  if (is_sound && has_watermark) return kept;
  throw Error(Fault::Configuration,
              "what the collector keeps of how far the job is cannot be read: somebody else wrote "
              "it, or a later version of this program");
}

KeptDifference adopt(CollectorCheckpoint& stored, const KeptProgress& kept) {
  const CollectorCheckpoint& its = kept.collector;
  if (its.watermark < stored.watermark) return KeptDifference::StoredIsAhead;
  const CollectorCheckpoint before = stored;
  stored.chain = its.chain;
  stored.watermark = its.watermark;
  const bool lists_all_owed = kept.unlisted_owed == 0;
  const bool is_ahead = its.watermark > before.watermark;
  if (lists_all_owed ? is_ahead : before.owed.empty()) {
    stored.owed = its.owed;
  } else if (lists_all_owed) {
    // One that is missing on either side was sent, or given up.
    std::erase_if(stored.owed, [&](const TimeWindow& window) {
      return std::ranges::find(its.owed, window) == its.owed.end();
    });
  }
  if (stored == before) return KeptDifference::None;
  return KeptDifference::KeptIsAhead;
}

}  // namespace vrni2syslog
