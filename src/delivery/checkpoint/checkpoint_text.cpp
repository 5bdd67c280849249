#include "delivery/checkpoint/checkpoint_text.h"

#include "base/error.h"
#include "base/sha256.h"
#include "base/text/number.h"

#include <fmt/format.h>

namespace vrni2syslog {
namespace {

constexpr std::string_view kMagic = "vrni2syslog state ";
constexpr std::string_view kDigestName = "sha256: ";
constexpr std::size_t kSha256Digits = 64;
constexpr int kOldestVersion = 1;

[[noreturn]] void damaged(std::string_view how) {
  throw Error(Fault::CannotWrite, fmt::format("is damaged ({})", how));
}

void append_line(std::string& text, std::string_view name, std::string_view value) {
  text.append(name).append(": ");
  for (const char c : value) {
    const auto byte = static_cast<unsigned char>(c);
    if (byte < 0x20 || byte == 0x7f || c == '\\') {
      fmt::format_to(std::back_inserter(text), "\\x{:02x}", byte);
    } else {
      text += c;
    }
  }
  text += '\n';
}

[[nodiscard]] std::string digest_of(std::string_view text) {
  Sha256 digest;
  digest.update(text);
  return to_hex(digest.finish());
}

/// Takes line after line off a text.
class LineReader {
 public:
  explicit LineReader(std::string_view text) : rest_(text) {}

  [[nodiscard]] bool is_at_end() const noexcept { return rest_.empty(); }
  [[nodiscard]] bool is_before(std::string_view name) const noexcept {
    return rest_.starts_with(name) && rest_.substr(name.size()).starts_with(": ");
  }

  [[nodiscard]] std::string value_of(std::string_view name) {
    const std::size_t end = rest_.find('\n');
    const std::string_view line = rest_.substr(0, end);
    if (end == std::string_view::npos || !line.starts_with(name) ||
        !line.substr(name.size()).starts_with(": ")) {
      damaged(fmt::format("it lacks '{}'", name));
    }
    rest_.remove_prefix(end + 1);
    return unescaped(line.substr(name.size() + 2));
  }

  [[nodiscard]] UnixSeconds time_of(std::string_view name) { return time_in(name, value_of(name)); }

  [[nodiscard]] std::optional<UnixSeconds> optional_time_of(std::string_view name) {
    const std::string value = value_of(name);
    if (value.empty()) return std::nullopt;
    return time_in(name, value);
  }

  [[nodiscard]] TimeWindow window_of(std::string_view name) {
    const std::string value = value_of(name);
    const std::size_t slash = std::min(value.find('/'), value.size() - 1);
    const TimeWindow window{time_in(name, value.substr(0, slash)),
                            time_in(name, value.substr(slash + 1))};
    if (window.start >= window.end) damaged(fmt::format("'{}' is not a window", name));
    return window;
  }

  [[nodiscard]] std::optional<Verdict> optional_verdict_of(std::string_view name) {
    const std::string value = value_of(name);
    if (value.empty()) return std::nullopt;
    const std::optional<Verdict> verdict = find_verdict(value);
    if (!verdict) damaged("it has an unknown verdict");
    return verdict;
  }

 private:
  [[nodiscard]] static UnixSeconds time_in(std::string_view name, const std::string& value) {
    try {
      return parse_time(value, TimeZone::utc());
    } catch (const Error&) {
      damaged(fmt::format("'{}' is not a time", name));
    }
  }

  [[nodiscard]] static std::string unescaped(std::string_view text) {
    std::string value;
    for (std::size_t i = 0; i < text.size(); ++i) {
      if (text[i] != '\\') {
        value += text[i];
        continue;
      }
      const std::string_view digits = text.substr(i).size() >= 4 ? text.substr(i + 2, 2) : "";
      const std::optional<unsigned> byte = parse_whole<unsigned>(digits, 16);
      if (!byte) damaged("it has a wrong escape");
      value += static_cast<char>(*byte);
      i += 3;
    }
    return value;
  }

  std::string_view rest_;
};

void require_version(std::string_view text) {
  if (text.empty()) throw Error(Fault::CannotWrite, "is empty");
  if (!text.starts_with(kMagic)) damaged("it does not begin as the state of a job does");
  const std::string_view rest = text.substr(kMagic.size());
  const std::size_t end = rest.find('\n');
  const std::optional<int> version = parse_whole<int>(rest.substr(0, end));
  if (!version || end == std::string_view::npos) damaged("its first line is wrong");
  if (*version >= kOldestVersion && *version <= kCheckpointVersion) return;
  throw Error(
      Fault::Configuration,
      fmt::format(
          "has format {}, but this program knows only formats up to {}; use a later version "
          "of it",
          *version, kCheckpointVersion));
}

/// The text before the line of the digest, which is right.
[[nodiscard]] std::string_view digested_part(std::string_view text) {
  const std::size_t length = kDigestName.size() + kSha256Digits + 1;
  if (text.size() < length) damaged("it is cut short");
  const std::string_view body = text.substr(0, text.size() - length);
  const std::string_view line = text.substr(body.size());
  if (!body.ends_with('\n') || !line.starts_with(kDigestName) || !line.ends_with('\n'))
    damaged("it is cut short");
  if (line.substr(kDigestName.size(), kSha256Digits) != digest_of(body))
    damaged("its digest does not match");
  return body;
}

}  // namespace

std::string format_checkpoint(const Checkpoint& checkpoint) {
  const bool is_owing = !owed_windows(checkpoint).empty();
  std::string text = fmt::format("{}{}\n", kMagic, is_owing ? kCheckpointVersion : kOldestVersion);
  append_line(text, "job", checkpoint.job);
  append_line(text, "platform", checkpoint.platform);
  append_line(text, "filter", checkpoint.filter);
  append_line(text, "watermark", to_rfc3339(watermark_of(checkpoint)));
  append_line(text, "run", checkpoint.run_id);
  append_line(text, "saved", to_rfc3339(checkpoint.saved_at));
  for (const CollectorCheckpoint& collector : checkpoint.collectors) {
    append_line(text, "collector", collector.name);
    append_line(text, "  watermark", to_rfc3339(collector.watermark));
    append_line(text, "  verdict", collector.verdict ? name_of(*collector.verdict) : "");
    append_line(text, "  confirmed",
                collector.confirmed_at ? to_rfc3339(*collector.confirmed_at) : "");
    for (const TimeWindow& window : collector.owed) append_line(text, "  owed", to_text(window));
  }
  const std::string digest = digest_of(text);
  return text.append(kDigestName).append(digest).append("\n");
}

Checkpoint parse_checkpoint(std::string_view text) {
  require_version(text);
  const std::string_view body = digested_part(text);
  LineReader lines(body.substr(body.find('\n') + 1));
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
  if (format_checkpoint(checkpoint) != text) damaged("it contradicts itself");
  return checkpoint;
}

}  // namespace vrni2syslog
