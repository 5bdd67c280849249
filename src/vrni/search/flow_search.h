#pragma once

#include "flow/time_window.h"
#include "vrni/api/api_client.h"
#include "vrni/search/search_page.h"

#include <cstdint>
#include <string>

namespace vrni2syslog {

/// POST /search.
[[nodiscard]] ApiCall search_call(std::string body);

/// Searches; `search` is a search_call(). Returns and throws as ApiClient::try_call() does. The
/// first page of a search that has neither flows nor a number of them says nothing, and counts as
/// unreadable.
[[nodiscard]] CallOutcome search_flows(ApiClient& api, PendingCall search, SearchPage& page,
                                       bool is_first_page);

/// The failure of a search, for the user: Error(Usage) with the filter where the platform rejects
/// that.
[[nodiscard]] Error describe_search_failure(const ApiFailure& failure, const std::string& filter);

/// How many flows match a filter in a window, as the platform says. Throws Error(Data) where it
/// does not.
[[nodiscard]] std::uint64_t count_flows(ApiClient& api, const std::string& filter,
                                        const TimeWindow& window);

}  // namespace vrni2syslog
