#include "vrni/search/flow_search.h"

#include <fmt/format.h>

#include <utility>

namespace vrni2syslog {

ApiCall search_call(std::string body) {
  return {.method = "POST", .path = "/search", .body = std::move(body)};
}

CallOutcome search_next_page(ApiClient& api, PendingCall search, SearchPage& page) {
  return api.try_call(std::move(search), [&](std::string& answer) {
    return read_search_page(std::move(answer), page);
  });
}

CallOutcome search_first_page(ApiClient& api, PendingCall search, SearchPage& page) {
  return api.try_call(std::move(search), [&](std::string& answer) {
    BodyOutcome read = read_search_page(std::move(answer), page);
    if (read && page.says_nothing())
      return BodyOutcome::foreign("it has neither flows nor their number, total_count");
    return read;
  });
}

Error describe_search_failure(const ApiFailure& failure, const std::string& filter) {
  constexpr int kBadRequest = 400;
  if (failure.status != kBadRequest || filter.empty()) return failure.error;
  return Error(Fault::Usage,
               fmt::format("{}; check the filter: {}", failure.error.what(), printable(filter)));
}

std::uint64_t count_flows(ApiClient& api, const std::string& filter, const TimeWindow& window) {
  SearchPage page;
  PendingCall search(search_call(search_body(filter, window, 1, {})));
  if (const CallOutcome outcome = search_first_page(api, std::move(search), page); !outcome)
    throw describe_search_failure(outcome.problem(), filter);
  if (!page.total_count) throw Error(Fault::Data, "POST /search: the answer has no total_count");
  return *page.total_count;
}

}  // namespace vrni2syslog
