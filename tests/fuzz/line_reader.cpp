#include "line_reader.h"

#include "flow/flow_field.h"

#include <algorithm>
#include <regex>

namespace vrni2syslog::testing {
namespace {

bool is_alphanumeric_ascii(char c) {
  return (c >= '0' && c <= '9') || (c >= 'A' && c <= 'Z') || (c >= 'a' && c <= 'z');
}

bool is_key(std::string_view text) {
  return !text.empty() && std::ranges::all_of(text, is_alphanumeric_ascii);
}

/// Where the next equals sign without a backslash before it is; npos if there is none. Ends `ok`
/// for a backslash before anything but a backslash or an equals sign.
std::size_t find_equals(std::string_view text, std::size_t from, bool& ok) {
  for (std::size_t i = from; i < text.size(); ++i) {
    if (text[i] == '=') return i;
    if (text[i] != '\\') continue;
    ++i;
    ok = ok && i < text.size() && (text[i] == '\\' || text[i] == '=');
  }
  return std::string_view::npos;
}

std::string unescape(std::string_view text) {
  std::string value;
  for (std::size_t i = 0; i < text.size(); ++i) {
    if (text[i] == '\\') ++i;
    if (i < text.size()) value += text[i];
  }
  return value;
}

std::string capitalised(std::string_view name) {
  std::string text;
  for (std::size_t i = 0; i < name.size(); ++i) {
    if (name[i] == '_') continue;
    const bool is_first = i == 0 || name[i - 1] == '_';
    const bool is_letter = name[i] >= 'a' && name[i] <= 'z';
    text += is_first && is_letter ? static_cast<char>(name[i] - 'a' + 'A') : name[i];
  }
  return text;
}

}  // namespace

std::optional<std::string_view> after_rfc3164_header(std::string_view line) {
  static const std::regex kHeader(
      "^<(1[0-8][0-9]|19[01]|[1-9]?[0-9])>(Jan|Feb|Mar|Apr|May|Jun|Jul|Aug|Sep|Oct|Nov|Dec) "
      "( [1-9]|[12][0-9]|3[01]) ([01][0-9]|2[0-3]):[0-5][0-9]:[0-5][0-9] [A-Za-z0-9.:-]{1,255} ");
  // Only the start is looked at: the library's regular expressions recurse for each character.
  constexpr std::size_t kLongestHeader = 300;
  const std::string start(line.substr(0, kLongestHeader));
  std::smatch found;
  if (!std::regex_search(start, found, kHeader)) return std::nullopt;
  return line.substr(static_cast<std::size_t>(found.length()));
}

std::optional<Pairs> read_cef_extension(std::string_view text) {
  Pairs pairs;
  bool ok = true;
  std::size_t key_start = 0;
  std::size_t equals = find_equals(text, 0, ok);
  while (equals != std::string_view::npos) {
    const std::string_view key = text.substr(key_start, equals - key_start);
    if (!ok || !is_key(key)) return std::nullopt;
    const std::size_t next = find_equals(text, equals + 1, ok);
    std::size_t value_end = text.size();
    if (next != std::string_view::npos) {
      value_end = text.rfind(' ', next);
      if (value_end == std::string_view::npos || value_end <= equals) return std::nullopt;
      key_start = value_end + 1;
    }
    pairs.emplace_back(key, unescape(text.substr(equals + 1, value_end - equals - 1)));
    equals = next;
  }
  if (!ok || pairs.empty()) return std::nullopt;
  return pairs;
}

std::optional<Pairs> read_leef_attributes(std::string_view text) {
  Pairs pairs;
  while (true) {
    const std::string_view attribute = text.substr(0, text.find('^'));
    const std::size_t equals = attribute.find('=');
    if (equals == std::string_view::npos || !is_key(attribute.substr(0, equals)) ||
        attribute.find('|') != std::string_view::npos)
      return std::nullopt;
    pairs.emplace_back(attribute.substr(0, equals), attribute.substr(equals + 1));
    if (attribute.size() == text.size()) return pairs;
    text.remove_prefix(attribute.size() + 1);
  }
}

std::optional<QuotedPairs> read_quoted_pairs(std::string_view text) {
  QuotedPairs read;
  while (true) {
    const std::size_t equals = text.find("=\"");
    const auto is_name_character = [](char c) { return is_alphanumeric_ascii(c) || c == '_'; };
    if (!text.starts_with(' ')) return std::nullopt;
    if (equals == std::string_view::npos ||
        !std::ranges::all_of(text.substr(1, equals - 1), is_name_character))
      break;
    const std::size_t end = text.find('"', equals + 2);
    if (end == std::string_view::npos) return std::nullopt;
    const std::string_view value = text.substr(equals + 2, end - equals - 2);
    if (value.find_first_of("\\]") != std::string_view::npos) return std::nullopt;
    read.pairs.emplace_back(text.substr(1, equals - 1), value);
    text.remove_prefix(end + 1);
  }
  read.rest = text.substr(1);
  return read;
}

std::string field_name_of(std::string_view key, std::string_view prefix) {
  const auto is_spelled = [&](std::string_view name) {
    const std::string word = capitalised(name);
    if (key == std::string(prefix) + word) return true;
    return prefix.size() < 10 && key.substr(1) == word.substr(1) && key.front() == name.front();
  };
  for (const FlowFieldInfo& info : flow_fields()) {
    if (is_spelled(info.name)) return std::string(info.name);
  }
  for (const std::string_view mark : {"attempt", "partial", "truncated"}) {
    if (key == std::string(prefix) + capitalised(mark)) return std::string(mark);
  }
  return std::string(key);
}

}  // namespace vrni2syslog::testing
