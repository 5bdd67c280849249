#pragma once

#include "flow/time_window.h"
#include "vrni/api/api_call.h"
#include "vrni/api/search_hit.h"
#include "vrni/search/seen_ids.h"

#include <cstddef>
#include <cstdint>
#include <limits>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace vrni2syslog {

inline constexpr std::size_t kMaxHitsPerPage = 10'000;  ///< a documented limit
/// What a search asks for: each page costs the time of an answer, in which nothing else is known.
inline constexpr std::size_t kSearchPageSize = kMaxHitsPerPage;

/// What users of the API usually ask for. An error of the server may be due to a page that is
/// longer than that.
inline constexpr std::size_t kUsualSearchPageSize = 1000;

/// What to ask of a platform that refuses pages of `size`; nullopt if that cannot be why.
[[nodiscard]] std::optional<std::size_t> smaller_page_size(std::size_t size) noexcept;

/// An answer of POST /search.
struct SearchPage {
  std::string body;  ///< the views of `hits` point into it: a page is neither copied nor moved
  std::vector<SearchHit> hits;
  std::size_t unreadable = 0;        ///< how many results have no id
  std::size_t unreadable_times = 0;  ///< how many results have a time that cannot be read
  std::optional<std::uint64_t> total_count;
  /// The window that the platform says it has searched; nullopt where it does not say so.
  std::optional<UnixSeconds> searched_from;
  std::optional<UnixSeconds> searched_until;
  std::string cursor;  ///< empty if it is absent or null

  SearchPage() = default;
  SearchPage(const SearchPage&) = delete;
  SearchPage& operator=(const SearchPage&) = delete;

  /// Whether the page has neither flows nor a number of them.
  [[nodiscard]] bool says_nothing() const noexcept {
    return hits.empty() && unreadable == 0 && !total_count;
  }
};

/// Reads an answer into `page`, whose content it replaces. Fails also if the answer has no list of
/// results, unless it says that there are none, or more than kMaxHitsPerPage of them.
[[nodiscard]] BodyOutcome read_search_page(std::string body, SearchPage& page);

/// The body of POST /search for the flows that were active in a window. `filter` may be empty, and
/// so may `cursor`, for the first page.
///
/// The window is half-open, and the API does not say which of its bounds belong to it. So the
/// search begins a second before the window: a flow at the edge of two windows may be found in
/// both, but is never missed.
[[nodiscard]] std::string search_body(const std::string& filter, const TimeWindow& window,
                                      std::size_t size, std::string_view cursor);

/// Pages through one search: decides what to ask next, and when to stop. The platform's cursor is
/// opaque, the number of results on a page says nothing (the platform may give fewer than it was
/// asked for), and the end is not always announced.
class SearchCursor {
 public:
  SearchCursor(std::string filter, const TimeWindow& window, std::size_t page_size);

  [[nodiscard]] const TimeWindow& window() const noexcept { return window_; }
  [[nodiscard]] std::size_t page_size() const noexcept { return page_size_; }
  [[nodiscard]] bool is_at_end() const noexcept { return is_at_end_; }
  /// The body of the next request.
  [[nodiscard]] std::string next_request() const;

  /// Takes the answer to it. `new_hits` of its results were not on an earlier page of this search.
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

/// How many results of one search the platform has been seen to give before it failed. The API
/// documents no limit; the usual one of search engines is 10,000. Once the depth is known, a window
/// with more flows is halved after its first page, instead of being read up to the limit first.
class SearchDepth {
 public:
  /// A search failed after this many results. If that is far below the usual limit, it may have
  /// been another fault, unless it happens at about the same depth again.
  void record_failed_depth(std::uint64_t results) noexcept;
  [[nodiscard]] bool is_exceeded_by(std::uint64_t results) const noexcept {
    return results > limit_;
  }

 private:
  std::uint64_t last_failure_ = 0;
  std::uint64_t limit_ = std::numeric_limits<std::uint64_t>::max();
};

}  // namespace vrni2syslog
