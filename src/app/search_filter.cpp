#include "app/search_filter.h"

#include "base/duration.h"

#include <regex>

namespace vrni2syslog {

SearchFilter parse_search_filter(std::string_view text) {
  // From the last characters only: std::regex recurses once for every character that it matches.
  constexpr std::size_t kLongestEnding = 64;
  static const std::regex ending(
      R"((^|[\s)'"])in\s+(the\s+)?last\s+(\d+\s+)?(minute|min|hour|day|week)s?\s*$)",
      std::regex::icase | std::regex::ECMAScript);
  const std::size_t tail_begin = text.size() > kLongestEnding ? text.size() - kLongestEnding : 0;
  const std::string tail(text.substr(tail_begin));
  std::smatch match;
  if (!std::regex_search(tail, match, ending)) return {std::string(text), std::nullopt};

  std::string number = match[3].matched ? match[3].str() : "1";
  number.erase(number.find_last_not_of(" \t\r\n") + 1);
  const char unit = static_cast<char>(match[4].str().front() | 0x20);  // m, h, d or w
  SearchFilter filter;
  filter.last = parse_duration(number + unit);
  const auto kept =
      tail_begin + static_cast<std::size_t>(match.position(0)) + match[1].str().size();
  filter.text = text.substr(0, kept);
  filter.text.erase(filter.text.find_last_not_of(" \t\r\n") + 1);
  return filter;
}

}  // namespace vrni2syslog
