#pragma once

#include "flow/time_window.h"
#include "vrni/api/api_client.h"
#include "vrni/search/search_paging.h"

#include <cstdint>
#include <string>
#include <string_view>

namespace vrni2syslog {

/// The status of a call that the platform does not understand, or does not want to.
inline constexpr int kBadRequest = 400;

/// POST /search for the first page of a search. One that is longer than usual can ask for less.
[[nodiscard]] ApiCall search_call(std::string body, std::size_t page_size = 1);

/// Awaits the answer to a search_call() for a later page of a search. Returns and throws as
/// ApiClient::try_call() does.
[[nodiscard]] CallOutcome search_next_page(ApiClient& api, PendingCall search, SearchPage& page);

/// The same for the first page, which counts as unreadable if it says nothing:
/// SearchPage::says_nothing().
[[nodiscard]] CallOutcome search_first_page(ApiClient& api, PendingCall search, SearchPage& page);

/// The same if the answer to a search that was begun is there, and a page. Otherwise it stays for
/// search_first_page(). Returns whether `page` has it.
[[nodiscard]] bool take_first_page(ApiClient& api, PendingCall& search, SearchPage& page);

/// Throws Error(Data) if the platform says that it has searched less than the window that it was
/// asked for. It may search more, and say nothing.
void require_searched(const TimeWindow& window, const SearchPage& page);

/// The filter of users who give none. Must be the default of --filter.
inline constexpr std::string_view kDefaultFilter =
    "((flow_tag = TAG_SRC_IP_VM) or (flow_tag = TAG_DST_IP_VM))";

/// Whether the platform has answered a search with the filter in this run. What it rejects after
/// that is not the filter.
enum class FilterTrial : std::uint8_t { Untried, Accepted };

/// The failure of a search, for the user. If the platform rejects a filter that the user has given,
/// and has not accepted before, this is Error(Usage) with the filter in its message.
[[nodiscard]] Error describe_search_failure(const ApiFailure& failure, const std::string& filter,
                                            FilterTrial trial);

/// Asks how many flows match a filter in a window.
[[nodiscard]] PendingCall count_call(const std::string& filter, const TimeWindow& window);

/// Awaits the answer to a count_call() for the same filter and window. Returns what the platform
/// says. Throws Error(Data) if it does not say so, and describe_search_failure() if it cannot be
/// asked.
[[nodiscard]] std::uint64_t take_count(ApiClient& api, PendingCall call, const std::string& filter,
                                       const TimeWindow& window, FilterTrial trial);

/// The same with a call of its own.
[[nodiscard]] std::uint64_t count_flows(ApiClient& api, const std::string& filter,
                                        const TimeWindow& window,
                                        FilterTrial trial = FilterTrial::Untried);

}  // namespace vrni2syslog
