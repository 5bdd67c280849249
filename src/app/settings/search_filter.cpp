#include "app/settings/search_filter.h"

#include "base/duration.h"
#include "base/error.h"
#include "base/text/ascii.h"

#include <algorithm>
#include <regex>
#include <vector>

namespace vrni2syslog {

namespace {

/// What std::regex takes for \s.
constexpr std::string_view kBlanks = " \t\r\n\v\f";

[[nodiscard]] bool is_of_word(char c) {
  return c == '_' || c == '.' || is_alphanumeric(c);
}

/// The words outside of quotes, in lower case. A quoted text counts as one word without a meaning.
/// A quotation mark that nothing closes is an apostrophe, and quotes nothing.
[[nodiscard]] std::vector<std::string> words_of(std::string_view text) {
  std::vector<std::string> words;
  bool is_in_word = false;
  for (std::size_t i = 0; i < text.size(); ++i) {
    const char c = text[i];
    const bool is_quote = c == '\'' || c == '"';
    const std::size_t close = is_quote ? text.find(c, i + 1) : std::string_view::npos;
    if (close != std::string_view::npos) {
      words.emplace_back("''");
      i = close;
      is_in_word = false;
    } else if (is_of_word(c)) {
      if (!is_in_word) words.emplace_back();
      words.back() += to_lower(c);
      is_in_word = true;
    } else {
      if (kBlanks.find(c) == std::string_view::npos) words.emplace_back(1, c);
      is_in_word = false;
    }
  }
  return words;
}

[[nodiscard]] bool is_number(std::string_view word) {
  return !word.empty() && std::ranges::all_of(word, is_digit);
}

[[nodiscard]] bool is_unit_of_time(std::string_view word) {
  if (word.ends_with('s')) word.remove_suffix(1);
  return word == "minute" || word == "min" || word == "hour" || word == "day" || word == "week";
}

/// Whether "in [the] last [24] hours" is among the words.
[[nodiscard]] bool names_relative_window(const std::vector<std::string>& words) {
  for (std::size_t i = 0; i < words.size(); ++i) {
    const auto word = [&](std::size_t at) {
      return at < words.size() ? std::string_view(words[at]) : std::string_view();
    };
    if (word(i) != "in") continue;
    std::size_t next = i + 1;
    if (word(next) == "the") ++next;
    if (word(next++) != "last") continue;
    if (is_number(word(next))) ++next;
    if (is_unit_of_time(word(next))) return true;
  }
  return false;
}

void refuse_window_inside(std::string_view text) {
  if (!names_relative_window(words_of(text))) return;
  throw Error(Fault::Usage,
              "'in last ...' may stand at the end of the filter only, where it names the window of "
              "the run; put it there, or leave it out and name the window with --last");
}

}  // namespace

SearchFilter parse_search_filter(std::string_view text) {
  // From the last characters only: std::regex recurses once for every character that it matches.
  constexpr std::size_t kLongestEnding = 64;
  static const std::regex ending(
      R"((^|[\s)'"])in\s+(the\s+)?last\s+(\d+\s+)?(minute|min|hour|day|week)s?\s*$)",
      std::regex::icase | std::regex::ECMAScript);
  const std::size_t tail_begin = text.size() > kLongestEnding ? text.size() - kLongestEnding : 0;
  const std::string tail(text.substr(tail_begin));
  std::smatch match;
  if (!std::regex_search(tail, match, ending)) {
    refuse_window_inside(text);
    return {std::string(text), std::nullopt};
  }

  std::string number = match[3].matched ? match[3].str() : "1";
  number.erase(number.find_last_not_of(kBlanks) + 1);
  const char unit = to_lower(match[4].str().front());  // m, h, d or w
  SearchFilter filter;
  filter.last = parse_duration(number + unit);
  const auto kept =
      tail_begin + static_cast<std::size_t>(match.position(0)) + match[1].str().size();
  filter.text = text.substr(0, kept);
  filter.text.erase(filter.text.find_last_not_of(kBlanks) + 1);
  refuse_window_inside(filter.text);
  return filter;
}

}  // namespace vrni2syslog
