#pragma once

#include "base/outcome.h"
#include "vrni/api/search_hit.h"

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace vrni2syslog {

inline constexpr std::size_t kSearchPageSize = 1000;    ///< as many as one bulk fetch takes
inline constexpr std::size_t kMaxHitsPerPage = 10'000;  ///< a documented limit

/// An answer of POST /search.
struct SearchPage {
  std::string body;  ///< into which the views of `hits` point: a page is neither copied nor moved
  std::vector<SearchHit> hits;
  std::size_t unreadable = 0;  ///< results without an id
  std::optional<std::uint64_t> total_count;
  std::string cursor;  ///< empty where absent or null

  SearchPage() = default;
  SearchPage(const SearchPage&) = delete;
  SearchPage& operator=(const SearchPage&) = delete;
};

/// Reads an answer into `page`, whose content it replaces. Returns what is wrong with it, also
/// where it has no list of results or more than kMaxHitsPerPage of them, or nothing.
[[nodiscard]] Outcome read_search_page(std::string body, SearchPage& page);

}  // namespace vrni2syslog
