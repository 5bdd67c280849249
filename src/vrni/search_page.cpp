#include "vrni/search_page.h"

#include "vrni/json_records.h"

#include <charconv>
#include <utility>

namespace vrni2syslog {
namespace {

/// Nothing but the whole text, since "12abc" is no number.
template <typename Number>
[[nodiscard]] std::optional<Number> parse_number(std::string_view text) {
  Number value{};
  const char* const end = text.data() + text.size();
  const auto [stop, error] = std::from_chars(text.data(), end, value);
  if (text.empty() || error != std::errc() || stop != end) return std::nullopt;
  return value;
}

}  // namespace

std::optional<EpochSeconds> parse_api_time(std::string_view text) {
  // Seconds above this lie in the year 5138; the documentation mixes the units up.
  constexpr std::int64_t kLargestSeconds = 100'000'000'000;
  std::optional<std::int64_t> number = parse_number<std::int64_t>(text);
  if (!number || *number <= 0) return std::nullopt;
  if (*number > kLargestSeconds) *number /= 1000;
  if (*number > kLargestSeconds) return std::nullopt;
  return EpochSeconds(std::chrono::seconds(*number));
}

std::optional<std::string> read_search_page(std::string body, SearchPage& page) {
  page.body = std::move(body);
  page.hits.clear();
  JsonRecords answer("results", kMaxHitsPerPage);
  if (std::optional<std::string> problem = read_records(page.body, answer)) return problem;
  page.total_count = parse_number<std::uint64_t>(answer.text("total_count"));
  if (!answer.has_array()) return "not a search answer: it has no list \"results\"";
  if (answer.size() + answer.unreadable() > kMaxHitsPerPage)
    return "more results than the largest page of a search has";
  page.cursor = answer.text("cursor");
  page.unreadable = answer.unreadable();
  page.hits.reserve(answer.size());
  for (std::size_t i = 0; i < answer.size(); ++i) {
    const JsonRecord result = answer[i];
    const std::string_view id = result.text("entity_id");
    if (id.empty()) {
      ++page.unreadable;
    } else {
      page.hits.push_back({id, result.text("entity_type"), parse_api_time(result.text("time"))});
    }
  }
  return std::nullopt;
}

}  // namespace vrni2syslog
