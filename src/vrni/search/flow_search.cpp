#include "vrni/search/flow_search.h"

#include <fmt/format.h>

#include <chrono>
#include <utility>

namespace vrni2syslog {
namespace {

[[nodiscard]] BodyOutcome read_first_page(std::string answer, SearchPage& page) {
  BodyOutcome read = read_search_page(std::move(answer), page);
  if (read && page.says_nothing())
    return BodyOutcome::foreign("it has neither flows nor their number, total_count");
  return read;
}

}  // namespace

ApiCall search_call(std::string body, std::size_t page_size) {
  return {.method = "POST",
          .path = "/search",
          .body = std::move(body),
          .can_ask_for_less = page_size > kUsualSearchPageSize};
}

CallOutcome search_next_page(ApiClient& api, PendingCall search, SearchPage& page) {
  return api.try_call(std::move(search), [&](std::string& answer) {
    return read_search_page(std::move(answer), page);
  });
}

CallOutcome search_first_page(ApiClient& api, PendingCall search, SearchPage& page) {
  return api.try_call(std::move(search), [&](std::string& answer) {
    return read_first_page(std::move(answer), page);
  });
}

bool take_first_page(ApiClient& api, PendingCall& search, SearchPage& page) {
  return api.take_success(
      search, [&](std::string& answer) { return read_first_page(std::move(answer), page); });
}

void require_searched(const TimeWindow& window, const SearchPage& page) {
  constexpr std::chrono::seconds kTolerance{2};
  const UnixSeconds from = page.searched_from.value_or(window.start);
  const UnixSeconds until = page.searched_until.value_or(window.end);
  if (from <= window.start + kTolerance && until + kTolerance >= window.end) return;
  throw Error(Fault::Data,
              fmt::format("window {} to {}: the platform says that it has searched only from {} to "
                          "{}, so that flows may be missing; it may not keep flows of that time "
                          "any more, or limit how long a window is (--resolution cuts it)",
                          to_rfc3339(window.start), to_rfc3339(window.end), to_rfc3339(from),
                          to_rfc3339(until)));
}

Error describe_search_failure(const ApiFailure& failure, const std::string& filter,
                              FilterTrial trial) {
  if (failure.status != kBadRequest || filter.empty() || trial == FilterTrial::Accepted)
    return failure.error;
  if (filter == kDefaultFilter) {
    return Error(failure.error.fault(),
                 fmt::format("{}; the search was for the flows of virtual machines, as it is "
                             "without --filter; --filter '' asks for all flows",
                             failure.error.what()));
  }
  return Error(Fault::Usage,
               fmt::format("{}; check the filter: {}", failure.error.what(), printable(filter)));
}

PendingCall count_call(const std::string& filter, const TimeWindow& window) {
  return PendingCall(search_call(search_body(filter, window, 1, {})));
}

std::uint64_t take_count(ApiClient& api, PendingCall call, const std::string& filter,
                         const TimeWindow& window, FilterTrial trial) {
  SearchPage page;
  if (const CallOutcome outcome = search_first_page(api, std::move(call), page); !outcome)
    throw describe_search_failure(outcome.problem(), filter, trial);
  require_searched(window, page);
  if (!page.total_count) throw Error(Fault::Data, "POST /search: the answer has no total_count");
  return *page.total_count;
}

std::uint64_t count_flows(ApiClient& api, const std::string& filter, const TimeWindow& window,
                          FilterTrial trial) {
  return take_count(api, count_call(filter, window), filter, window, trial);
}

}  // namespace vrni2syslog
