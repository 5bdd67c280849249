#include "vrni/search/reading_plan.h"

#include "base/error.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <utility>

namespace vrni2syslog {
namespace {

using std::chrono::seconds;

/// The lengths of pages in the searches of one window, in percent of what the platform gives. A
/// flow that one search misses, because it shifts past the edge of a page, lies in the middle of a
/// page of the next search.
constexpr std::array<std::size_t, 8> kPageLengths{100, 70, 85, 55, 95, 65, 90, 75};

/// How often a window may be searched in a row.
struct SearchBudget {
  std::uint64_t with_news;     ///< while each search brings flows that those before did not
  std::uint64_t without_news;  ///< otherwise
};
constexpr SearchBudget kPatience{kPageLengths.size(), 2};
/// A window that cannot be halved can only be searched again.
constexpr SearchBudget kPatienceWithShortestWindow{4 * kPageLengths.size(), kPageLengths.size()};

/// How many times a window may be read in parts, cut at another place each time.
constexpr int kMaxHalvings = 2;
constexpr seconds kShortestWindow{1};             // the API's times are whole seconds
constexpr std::uint64_t kCountingLimit = 10'000;  // src/vrni/README.md

/// Whether `total` flows may be what is left of those that were announced before: a few may leave a
/// window of the past while it is read.
[[nodiscard]] bool is_nearly(std::uint64_t total, std::uint64_t announced) {
  return total >= announced - announced / 10;
}

/// Whether more flows are listed than announced, and not just a few that came late.
[[nodiscard]] bool is_far_below(std::uint64_t announced, std::uint64_t listed) {
  return listed > announced + std::max<std::uint64_t>(announced / 10, 10);
}

[[nodiscard]] std::string name_of(const TimeWindow& window) {
  return fmt::format("window {} to {}", to_rfc3339(window.start), to_rfc3339(window.end));
}

[[nodiscard]] std::string how_to_repeat(const TimeWindow& window) {
  return fmt::format("nothing of it counts as done: run again with --since {} --until {}",
                     to_rfc3339(window.start), to_rfc3339(window.end));
}

}  // namespace

bool may_be_counting_limit(std::uint64_t total) noexcept {
  return total >= kCountingLimit && total % kCountingLimit == 0;
}

/// A window that is being read, and how far it is.
struct ReadingPlan::Reading {
  TimeWindow window;
  SearchNumber first_search = 0;
  std::uint64_t searches = 0;
  std::size_t longest_page = 0;
  int halvings = 0;
  std::uint64_t distinct = 0;              ///< flows listed since the first search
  std::optional<std::uint64_t> announced;  ///< the most that any search said
  bool is_to_be_counted = false;
  std::optional<TimeWindow> second_half;  ///< not begun yet

  // In the last search:
  std::uint64_t distinct_before = 0;   ///< flows listed before it
  std::uint64_t listed = 0;            ///< distinct flows listed by it, in each of their versions
  std::uint64_t further_versions = 0;  ///< of these, versions of flows that it had listed before
  std::uint64_t unreadable = 0;
  std::optional<std::uint64_t> total;
  bool is_total_steady = true;

  /// Whether the window is whole, after a search that has come to its end.
  [[nodiscard]] bool is_whole() const noexcept;
  [[nodiscard]] bool has_all_announced() const noexcept;
  [[nodiscard]] bool has_listed_all() const noexcept;
  /// Whether it lists more than it announces, and not just a few that came late: what it
  /// announces means nothing then.
  [[nodiscard]] bool announces_too_few() const noexcept;
  /// Whether this is so of every search of the window.
  [[nodiscard]] bool never_announced_enough() const noexcept;
  /// Whether its further versions of flows may hide that flows are missing: it lists fewer flows
  /// than it announces, and more versions.
  [[nodiscard]] bool may_hide_missing_flows() const noexcept;
};

bool ReadingPlan::Reading::has_all_announced() const noexcept {
  return announced && distinct >= *announced;
}

bool ReadingPlan::Reading::has_listed_all() const noexcept {
  return total && is_total_steady && listed >= *total;
}

bool ReadingPlan::Reading::announces_too_few() const noexcept {
  // A platform may also count flows and list versions.
  return total && is_far_below(*total, listed - further_versions);
}

bool ReadingPlan::Reading::never_announced_enough() const noexcept {
  return announces_too_few() && announced && is_far_below(*announced, listed - further_versions);
}

bool ReadingPlan::Reading::may_hide_missing_flows() const noexcept {
  return total && listed > *total && listed - further_versions < *total;
}

bool ReadingPlan::Reading::is_whole() const noexcept {
  if (unreadable > 0 || !announced) return false;
  if (may_be_counting_limit(*announced)) return false;
  if (announces_too_few()) return false;
  const bool has_settled = is_total_steady || distinct == distinct_before;
  if (has_all_announced() && has_settled) return true;
  return has_listed_all() && is_nearly(*total, *announced);
}

ReadingPlan::ReadingPlan(const TimeWindow& unit) : readings_(1) {
  readings_.front().window = unit;
}

ReadingPlan::~ReadingPlan() = default;

ReadingPlan& ReadingPlan::operator=(ReadingPlan&& other) noexcept = default;

ReadingStep ReadingPlan::next() {
  if (readings_.empty()) return {};
  Reading& reading = readings_.back();
  if (reading.is_to_be_counted) return {ReadingStep::Kind::Count, reading.window};
  if (last_search_ == kMaxSearchesOfUnit) {
    throw Error(
        Fault::Data,
        fmt::format("{}: not read whole after {} searches; make the unit shorter with --resolution",
                    name_of(readings_.front().window), last_search_));
  }
  const std::size_t page_size = next_page_size();
  const bool is_doubtful = readings_.size() == 1 && reading.searches == 1 && reading.announced == 0;
  ++last_search_;
  ++statistics_.searches;
  if (reading.searches++ == 0)
    reading.first_search = last_search_;
  else
    ++statistics_.rereads;
  reading.distinct_before = reading.distinct;
  reading.listed = 0;
  reading.further_versions = 0;
  reading.unreadable = 0;
  reading.total.reset();
  reading.is_total_steady = true;
  return {ReadingStep::Kind::Search, reading.window, last_search_, page_size, is_doubtful};
}

std::size_t ReadingPlan::next_page_size() const {
  const Reading& reading = readings_.back();
  if (reading.searches == 0 || reading.longest_page == 0) return kSearchPageSize;
  const std::size_t percent = kPageLengths[reading.searches % kPageLengths.size()];
  return std::max<std::size_t>(reading.longest_page * percent / 100, 1);
}

void ReadingPlan::take_listed(SearchNumber last_search) {
  for (Reading& reading : readings_) {
    if (last_search < reading.first_search) ++reading.distinct;
  }
  if (last_search != last_search_) ++readings_.back().listed;
}

void ReadingPlan::take_further_version() {
  ++readings_.back().further_versions;
}

void ReadingPlan::take_page(const SearchPage& page) {
  Reading& reading = readings_.back();
  // An empty page after the last one may know of no flows at all.
  const bool says_nothing = page.hits.empty() && reading.total;
  if (page.total_count && !says_nothing) {
    if (reading.total && *reading.total != *page.total_count) reading.is_total_steady = false;
    reading.total = std::max(*page.total_count, reading.total.value_or(0));
    reading.announced = std::max(*page.total_count, reading.announced.value_or(0));
    if (readings_.size() == 1 && !is_count_useless_) statistics_.announced = reading.announced;
  }
  reading.unreadable += page.unreadable;
  // The first search has the longest pages.
  reading.longest_page = std::max(reading.longest_page, page.hits.size());
}

void ReadingPlan::finish_search(std::uint64_t pages) {
  Reading& reading = readings_.back();
  // An empty unit is asked for twice, because a platform that is starting also says that it is
  // empty.
  const bool is_doubtful = readings_.size() == 1 && reading.announced == 0 && reading.searches == 1;
  if (is_doubtful) return;
  if (!reading.announced && reading.unreadable == 0) return finish_unannounced_search(pages);
  if (pages > 1 && reading.may_hide_missing_flows() && has_patience(pages)) return;
  if (reading.is_whole()) {
    return finish_window_of(reading.has_all_announced() ? *reading.announced
                                                        : reading.total.value_or(0));
  }
  const bool is_limit = reading.announced && may_be_counting_limit(*reading.announced);
  if (is_limit) return halve("the platform may have stopped counting at exactly this number");
  const bool is_same_again = reading.searches > 1 && reading.distinct == reading.distinct_before;
  if (is_same_again && reading.unreadable == 0 && reading.never_announced_enough()) {
    // The number may be that of a page, or an old one. So nobody knows how many there are.
    is_count_useless_ = true;
    statistics_.announced.reset();
    reading.announced.reset();
    return finish_window();
  }
  // A single page cannot shift; but a platform that has answered badly once is asked once more.
  const bool may_differ = pages > 1 || readings_.size() == 1;
  if (may_differ && has_patience(pages)) return;
  halve({});
}

bool ReadingPlan::has_patience(std::uint64_t pages) const {
  const Reading& reading = readings_.back();
  const bool has_news = pages > 1 && reading.distinct > reading.distinct_before;
  const SearchBudget& patience = can_halve() ? kPatience : kPatienceWithShortestWindow;
  return reading.searches < (has_news ? patience.with_news : patience.without_news);
}

void ReadingPlan::finish_unannounced_search(std::uint64_t pages) {
  const Reading& reading = readings_.back();
  if (may_be_counting_limit(reading.listed) && can_halve())
    return halve("the platform may list no more than this number");
  const bool is_confirmed = reading.searches > 1 && reading.distinct == reading.distinct_before;
  // A single page cannot shift; but a platform that has answered badly once is asked once more.
  const bool is_single_page_of_part = pages <= 1 && readings_.size() > 1;
  if (is_confirmed || is_single_page_of_part) return finish_window();
  const SearchBudget& patience = can_halve() ? kPatience : kPatienceWithShortestWindow;
  if (reading.searches < patience.with_news) return;
  halve("every search lists other flows, and none says how many there are");
}

void ReadingPlan::abandon_search(std::string_view reason) {
  const Reading& reading = readings_.back();
  // The search failed after the last flow.
  const bool has_all = reading.has_listed_all() && !reading.may_hide_missing_flows();
  if (has_all && reading.is_whole()) return finish_window();
  halve(reason);
}

void ReadingPlan::finish_count(std::uint64_t total) {
  Reading& reading = readings_.back();
  reading.is_to_be_counted = false;
  const std::uint64_t announced = reading.announced.value_or(0);
  if (reading.distinct >= total && is_nearly(total, announced)) return finish_window_of(total);
  if (reading.halvings == kMaxHalvings) throw_missing();
  halve({});
}

bool ReadingPlan::can_halve() const {
  const TimeWindow& window = readings_.back().window;
  return window.end - window.start > kShortestWindow;
}

void ReadingPlan::halve(std::string_view reason) {
  if (!can_halve()) throw_indivisible(reason);
  Reading& reading = readings_.back();
  ++statistics_.halvings;
  // Halves first, then a third and the rest: pages that shift would shift at the same places again.
  const int parts = 2 + reading.halvings++;
  const seconds first_part =
      std::max(kShortestWindow, (reading.window.end - reading.window.start) / parts);
  const UnixSeconds middle = reading.window.start + first_part;
  reading.second_half = TimeWindow{middle, reading.window.end};
  Reading first_half;
  first_half.window = {reading.window.start, middle};
  readings_.push_back(first_half);  // `reading` is void
}

void ReadingPlan::finish_window() {
  readings_.pop_back();
  while (!readings_.empty()) {
    Reading& outer = readings_.back();
    if (const auto half = std::exchange(outer.second_half, std::nullopt)) {
      Reading next;
      next.window = *half;
      readings_.push_back(next);
      return;
    }
    // Its halves are whole, so the results that were unreadable in its own search are not missing.
    outer.unreadable = 0;
    const bool is_limit = outer.announced && may_be_counting_limit(*outer.announced);
    if (outer.announced && !is_limit && !outer.has_all_announced() && !is_count_useless_) {
      outer.is_to_be_counted = true;
      return;
    }
    if (is_limit && readings_.size() == 1 && !is_count_useless_)
      statistics_.announced = outer.distinct;
    readings_.pop_back();
  }
}

/// Does the same, and the number of the window's flows is known better now than before.
void ReadingPlan::finish_window_of(std::uint64_t total) {
  if (readings_.size() == 1 && statistics_.announced) statistics_.announced = total;
  finish_window();
}

void ReadingPlan::throw_indivisible(std::string_view reason) const {
  const Reading& reading = readings_.back();
  if (!reason.empty()) {
    throw Error(
        Fault::Data,
        fmt::format("{}: one second has more flows than the platform lists: it stopped "
                    "after {} of {} ({}); narrow the search with --filter",
                    name_of(reading.window), reading.distinct,
                    reading.announced ? fmt::to_string(*reading.announced) : "unknown", reason));
  }
  throw_missing();
}

void ReadingPlan::throw_missing() const {
  const Reading& reading = readings_.back();
  const TimeWindow& unit = readings_.front().window;
  if (reading.unreadable > 0) {
    throw Error(Fault::Data,
                fmt::format("{}: the platform listed {} flows, and {} more without a readable id, "
                            "in {} searches; {}",
                            name_of(reading.window), reading.distinct, reading.unreadable,
                            statistics_.searches, how_to_repeat(unit)));
  }
  throw Error(Fault::Data,
              fmt::format("{}: the platform announced {} flows, but listed {} in {} searches; {}",
                          name_of(reading.window), reading.announced.value_or(0), reading.distinct,
                          statistics_.searches, how_to_repeat(unit)));
}

}  // namespace vrni2syslog
