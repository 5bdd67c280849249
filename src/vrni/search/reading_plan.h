#pragma once

#include "flow/flow_source.h"
#include "flow/time_window.h"
#include "vrni/search/search_paging.h"
#include "vrni/search/seen_ids.h"

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace vrni2syslog {

/// Whether a total_count may be where the platform stops counting: search engines stop at a round
/// number, so that a window with exactly that many flows may have more.
[[nodiscard]] bool may_be_counting_limit(std::uint64_t total) noexcept;

/// What has to be done next to read a unit.
struct ReadingStep {
  enum class Kind : std::uint8_t {
    Search,  ///< page through a search of the window
    Count,   ///< ask how many flows the window has
    Done,    ///< nothing: every window of the unit is read whole
  };
  Kind kind = Kind::Done;
  TimeWindow window{};
  SearchNumber search = 0;    ///< number of the search; 0 if there is none
  std::size_t page_size = 0;  ///< what the search asks for
  /// The unit seems to be empty, as it also does while the platform is starting: time must have
  /// passed before it is asked again.
  bool is_after_pause = false;
};

/// Decides how a unit is read whole from a platform whose pages shift, whose searches may end or
/// fail in the middle, and which at best says how many flows a window has. Sends nothing itself.
///
/// A window is whole in one of two cases. Either as many distinct flows have been listed since its
/// first search as any of its searches announced, and the last search brought nothing new or saw
/// the number stand still. Or its last search listed all that it announced, and that is nearly as
/// many as before, since a few flows may have left. If no search announces anything, a search that
/// brings nothing new is all that confirms the one before it.
///
/// Until then the window is searched again. Each repeated search asks for pages of another length,
/// because flows that shift from page to page may do so at the same rows again. If that brings
/// nothing, the window is read in halves, each of which has to be whole in itself, and in the end
/// its flows are counted again.
///
/// Two versions of a flow in one search count as two listed flows, because the platform's number
/// counts both. A search that lists more than it announces, but fewer flows, may have missed some
/// if the platform counts flows: such a window is searched again as long as that brings news.
class ReadingPlan {
 public:
  explicit ReadingPlan(const TimeWindow& unit);
  ReadingPlan(const ReadingPlan&) = delete;
  ReadingPlan& operator=(const ReadingPlan&) = delete;
  ReadingPlan& operator=(ReadingPlan&& other) noexcept;
  ~ReadingPlan();

  /// Throws Error(Data) if the unit has taken kMaxSearchesOfUnit searches.
  [[nodiscard]] ReadingStep next();

  /// Whether every window of the unit is read whole.
  [[nodiscard]] bool is_done() const noexcept { return readings_.empty(); }

  /// The search lists a flow. `last_search` is the last search of the unit that had listed it
  /// before, or 0.
  void take_listed(SearchNumber last_search);
  /// The flow of the last take_listed() had been listed by this search in another version.
  void take_further_version();
  /// The search has brought a page.
  void take_page(const SearchPage& page);

  /// The search has come to its end after `pages` pages. Throws Error(Data) if its window cannot be
  /// read whole.
  void finish_search(std::uint64_t pages);
  /// The search cannot be paged through to its end. Throws Error(Data) with `reason` if the window
  /// is too short to be halved.
  void abandon_search(std::string_view reason);
  /// The answer to Count. Throws Error(Data) if flows are still missing.
  void finish_count(std::uint64_t total);

  /// Whether the window that is being searched is long enough to be halved.
  [[nodiscard]] bool can_halve() const;

  /// Nothing is announced if the platform never said how many flows there are, or lists more.
  [[nodiscard]] const ReadingStatistics& statistics() const noexcept { return statistics_; }

 private:
  struct Reading;

  void halve(std::string_view reason);
  /// Whether the window may be searched again after a search of `pages` pages, as it is.
  [[nodiscard]] bool has_patience(std::uint64_t pages) const;
  void finish_unannounced_search(std::uint64_t pages);
  void finish_window();
  void finish_window_of(std::uint64_t total);
  [[nodiscard]] std::size_t next_page_size() const;
  [[noreturn]] void throw_indivisible(std::string_view reason) const;
  [[noreturn]] void throw_missing() const;

  std::vector<Reading> readings_;  ///< each within the one before; the last is being read
  SearchNumber last_search_ = 0;
  bool is_count_useless_ = false;  ///< a window has more flows than the platform says
  ReadingStatistics statistics_;
};

}  // namespace vrni2syslog
