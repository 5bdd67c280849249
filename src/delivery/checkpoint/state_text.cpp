#include "delivery/checkpoint/state_text.h"

#include "base/error.h"
#include "base/sha256.h"
#include "base/text/number.h"

#include <fmt/format.h>

#include <algorithm>
#include <iterator>

namespace vrni2syslog {
namespace {

constexpr std::string_view kDigestName = "sha256: ";
constexpr std::size_t kSha256Digits = 64;

[[nodiscard]] std::string digest_of(std::string_view text) {
  Sha256 digest;
  digest.update(text);
  return to_hex(digest.finish());
}

/// The text before the line of the digest, which is right.
[[nodiscard]] std::string_view digested_part(std::string_view text) {
  const std::size_t length = kDigestName.size() + kSha256Digits + 1;
  if (text.size() < length) throw_damaged_state("it is cut short");
  const std::string_view body = text.substr(0, text.size() - length);
  const std::string_view line = text.substr(body.size());
  if (!body.ends_with('\n') || !line.starts_with(kDigestName) || !line.ends_with('\n'))
    throw_damaged_state("it is cut short");
  if (line.substr(kDigestName.size(), kSha256Digits) != digest_of(body))
    throw_damaged_state("its digest does not match");
  return body;
}

[[nodiscard]] UnixSeconds time_in(std::string_view name, const std::string& value) {
  try {
    return parse_time(value, TimeZone::utc());
  } catch (const Error&) {
    throw_damaged_state(fmt::format("'{}' is not a time", name));
  }
}

[[nodiscard]] std::string unescaped(std::string_view text) {
  std::string value;
  for (std::size_t i = 0; i < text.size(); ++i) {
    if (text[i] != '\\') {
      value += text[i];
      continue;
    }
    const std::string_view digits = text.substr(i).size() >= 4 ? text.substr(i + 2, 2) : "";
    const std::optional<unsigned> byte = parse_whole<unsigned>(digits, 16);
    if (!byte) throw_damaged_state("it has a wrong escape");
    value += static_cast<char>(*byte);
    i += 3;
  }
  return value;
}

}  // namespace

void throw_damaged_state(std::string_view how) {
  throw Error(Fault::CannotWrite, fmt::format("is damaged ({})", how));
}

void append_state_line(std::string& text, std::string_view name, std::string_view value) {
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

void append_state_digest(std::string& text) {
  const std::string digest = digest_of(text);
  text.append(kDigestName).append(digest).append("\n");
}

int require_state_version(std::string_view text, std::string_view magic, int oldest, int newest) {
  if (text.empty()) throw Error(Fault::CannotWrite, "is empty");
  if (!text.starts_with(magic)) throw_damaged_state("it does not begin as the state of a job does");
  const std::string_view rest = text.substr(magic.size());
  const std::size_t end = rest.find('\n');
  const std::optional<int> version = parse_whole<int>(rest.substr(0, end));
  if (!version || end == std::string_view::npos) throw_damaged_state("its first line is wrong");
  if (*version >= oldest && *version <= newest) return *version;
  throw Error(
      Fault::Configuration,
      fmt::format(
          "has format {}, but this program knows only formats up to {}; use a later version "
          "of it",
          *version, newest));
}

StateLines::StateLines(std::string_view text) : rest_(digested_part(text)) {
  rest_.remove_prefix(rest_.find('\n') + 1);
}

bool StateLines::is_before(std::string_view name) const noexcept {
  return rest_.starts_with(name) && rest_.substr(name.size()).starts_with(": ");
}

std::string StateLines::value_of(std::string_view name) {
  const std::size_t end = rest_.find('\n');
  const std::string_view line = rest_.substr(0, end);
  if (end == std::string_view::npos || !is_before(name))
    throw_damaged_state(fmt::format("it lacks '{}'", name));
  rest_.remove_prefix(end + 1);
  return unescaped(line.substr(name.size() + 2));
}

std::uint64_t StateLines::number_of(std::string_view name) {
  const std::optional<std::uint64_t> number = optional_number_of(name);
  if (!number) throw_damaged_state(fmt::format("'{}' is not a number", name));
  return *number;
}

std::optional<std::uint64_t> StateLines::optional_number_of(std::string_view name) {
  const std::string value = value_of(name);
  if (value.empty()) return std::nullopt;
  const std::optional<std::uint64_t> number = parse_whole<std::uint64_t>(value);
  if (!number) throw_damaged_state(fmt::format("'{}' is not a number", name));
  return number;
}

UnixSeconds StateLines::time_of(std::string_view name) {
  return time_in(name, value_of(name));
}

std::optional<UnixSeconds> StateLines::optional_time_of(std::string_view name) {
  const std::string value = value_of(name);
  if (value.empty()) return std::nullopt;
  return time_in(name, value);
}

TimeWindow StateLines::window_of(std::string_view name) {
  const std::string value = value_of(name);
  try {
    return parse_window(value, TimeZone::utc());
  } catch (const Error&) {
    throw_damaged_state(fmt::format("'{}' is not a window", name));
  }
}

std::optional<Verdict> StateLines::optional_verdict_of(std::string_view name) {
  const std::string value = value_of(name);
  if (value.empty()) return std::nullopt;
  const std::optional<Verdict> verdict = find_verdict(value);
  if (!verdict) throw_damaged_state("it has an unknown verdict");
  return verdict;
}

}  // namespace vrni2syslog
