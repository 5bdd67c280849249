#pragma once

#include "base/timestamp.h"

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace vrni2syslog {

inline constexpr std::size_t kSearchPageSize = 1000;    ///< as many as one bulk fetch takes
inline constexpr std::size_t kMaxHitsPerPage = 10'000;  ///< vrni-api: SearchRequest, size

/// One result of a search: a flow by its identity, and the version of it that matched.
struct SearchHit {
  std::string_view id;
  std::string_view entity_type;
  std::optional<EpochSeconds> time;
};

/// An answer of POST /search (vrni-api: PagedListResponseWithTime).
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
[[nodiscard]] std::optional<std::string> read_search_page(std::string body, SearchPage& page);

/// A time of the API: epoch seconds, or milliseconds where it can be nothing else. Nothing where it
/// is no time.
[[nodiscard]] std::optional<EpochSeconds> parse_api_time(std::string_view text);

}  // namespace vrni2syslog
