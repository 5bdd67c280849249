#include "vrni/search/search_paging.h"

#include "base/text/number.h"
#include "json/records.h"
#include "json/writer.h"
#include "vrni/api/platform_time.h"

#include <algorithm>
#include <array>
#include <utility>

namespace vrni2syslog {
namespace {

/// Pages shift while they are read, so that one may repeat another; but a platform that only
/// repeats itself is not followed.
constexpr int kMaxPagesWithoutNews = 10;

/// For platforms that refuse the documented maximum. Some have been seen to refuse the usual size.
constexpr std::array<std::size_t, 2> kSmallerPageSizes{kUsualSearchPageSize, 100};

/// A single failure below this depth is not taken for a limit of the platform.
constexpr std::uint64_t kLeastDepthLimit = 5'000;

[[nodiscard]] std::optional<std::uint64_t> parse_count(std::string_view text) {
  if (const auto count = parse_whole<std::uint64_t>(text)) return count;
  const std::optional<std::int64_t> number = parse_integral(text);
  if (!number || *number < 0) return std::nullopt;
  return static_cast<std::uint64_t>(*number);
}

}  // namespace

std::optional<std::size_t> smaller_page_size(std::size_t size) noexcept {
  for (const std::size_t smaller : kSmallerPageSizes) {
    if (smaller < size) return smaller;
  }
  return std::nullopt;
}

BodyOutcome read_search_page(std::string body, SearchPage& page) {
  page.body = std::move(body);
  page.hits.clear();
  JsonRecords answer("results", kMaxHitsPerPage);
  if (JsonOutcome read = read_records(page.body, answer); !read) return read;
  page.unreadable_times = 0;
  page.total_count = parse_count(answer.text("total_count"));
  page.searched_from = parse_api_time(answer.text("start_time"));
  page.searched_until = parse_api_time(answer.text("end_time"));
  const bool has_results = answer.size() + answer.unreadable() > 0;
  const ErrorMembers error = error_members_of(answer);
  if (error.refute(has_results)) return error.outcome();
  const bool is_empty = page.total_count == 0 && !answer.has("results");
  if (!answer.has_list() && !is_empty)
    return BodyOutcome::foreign("not a search answer: it has no list \"results\"");
  if (answer.size() + answer.unreadable() > kMaxHitsPerPage)
    return BodyOutcome::failure({.text = "more results than the largest page of a search has"});
  page.cursor = answer.text("cursor");
  page.unreadable = answer.unreadable();
  page.hits.reserve(answer.size());
  for (std::size_t i = 0; i < answer.size(); ++i) {
    const std::string_view id = answer.text_of(i, "entity_id");
    if (id.empty()) {
      ++page.unreadable;
      continue;
    }
    const std::string_view time = answer.text_of(i, "time");
    page.hits.push_back({id, answer.text_of(i, "entity_type"), parse_api_time(time)});
    if (!time.empty() && !page.hits.back().time) ++page.unreadable_times;
  }
  return BodyOutcome::success();
}

std::string search_body(const std::string& filter, const TimeWindow& window, std::size_t size,
                        std::string_view cursor) {
  std::string body;
  JsonObjectWriter search(body);
  search.text("entity_type", "Flow");
  if (!filter.empty()) search.text("filter", filter);
  search.number("size", size);
  if (!cursor.empty()) search.text("cursor", cursor);
  search.key("time_range");
  JsonObjectWriter range(body);
  range.number("start_time", window.start.time_since_epoch().count() - 1);
  range.number("end_time", window.end.time_since_epoch().count());
  range.end();
  search.end();
  return body;
}

SearchCursor::SearchCursor(std::string filter, const TimeWindow& window, std::size_t page_size)
    : filter_(std::move(filter)), window_(window), page_size_(page_size) {}

std::string SearchCursor::next_request() const {
  return search_body(filter_, window_, page_size_, cursor_);
}

void SearchCursor::accept(const SearchPage& page, std::size_t new_hits) {
  ++pages_;
  pages_without_news_ = new_hits > 0 ? 0 : pages_without_news_ + 1;
  const bool is_empty = page.hits.empty() && page.unreadable == 0;
  is_at_end_ = is_empty || page.cursor.empty() || pages_without_news_ >= kMaxPagesWithoutNews ||
               !used_cursors_.insert(compact_id(page.cursor));
  cursor_ = page.cursor;
}

void SearchDepth::record_failed_depth(std::uint64_t results) noexcept {
  const std::uint64_t nearly = results / 10;
  const bool is_same =
      last_failure_ + nearly >= results && last_failure_ <= results + nearly && results > 0;
  if (results >= kLeastDepthLimit || is_same) limit_ = std::min(limit_, results);
  last_failure_ = results;
}

}  // namespace vrni2syslog
