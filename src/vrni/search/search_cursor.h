#pragma once

#include "flow/time_window.h"
#include "vrni/search/search_page.h"
#include "vrni/search/seen_ids.h"

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>

namespace vrni2syslog {

/// The body of POST /search for the flows active in a window; `filter` may be empty. The window is
/// half-open, while the API does not say which of its bounds belong to it: asked is from the second
/// before the start, so that a flow at the edge of two windows is found in both at the most, and
/// never in none.
[[nodiscard]] std::string search_body(const std::string& filter, const TimeWindow& window,
                                      std::size_t size, std::string_view cursor);

/// Pages through one search: what to ask next, and when to stop. The platform's cursor is opaque,
/// the number of results on a page says nothing (it may cap the size that was asked for), and the
/// end is not always announced.
class SearchCursor {
 public:
  SearchCursor(std::string filter, const TimeWindow& window, std::size_t page_size);

  [[nodiscard]] bool is_at_end() const noexcept { return is_at_end_; }
  /// The body of the next request.
  [[nodiscard]] std::string next_request() const;

  /// Takes the answer to it; `new_hits` of its results had not been on an earlier page of this
  /// search.
  void accept(const SearchPage& page, std::size_t new_hits);

  [[nodiscard]] std::uint64_t pages() const noexcept { return pages_; }

 private:
  std::string filter_;
  TimeWindow window_;
  std::size_t page_size_;
  std::string cursor_;
  SeenIds used_cursors_;
  std::uint64_t pages_ = 0;
  int pages_without_news_ = 0;
  bool is_at_end_ = false;
};

}  // namespace vrni2syslog
