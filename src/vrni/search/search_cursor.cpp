#include "vrni/search/search_cursor.h"

#include "json/writer.h"

#include <utility>

namespace vrni2syslog {
namespace {

/// Pages shift while they are read, so that one may repeat another; but a platform that only
/// repeats itself is not followed.
constexpr int kMaxPagesWithoutNews = 10;

}  // namespace

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

}  // namespace vrni2syslog
