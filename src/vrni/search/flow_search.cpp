#include "vrni/search/flow_search.h"

#include "vrni/search/search_cursor.h"

#include <fmt/format.h>

#include <utility>

namespace vrni2syslog {

namespace {

[[nodiscard]] ApiCall search_call(std::string body) {
  return {.method = "POST", .path = "/search", .body = std::move(body)};
}

}  // namespace

std::optional<ApiFailure> search_flows(ApiClient& api, std::string body, SearchPage& page,
                                       bool is_first_page) {
  return api.try_call(search_call(std::move(body)), [&](std::string& answer) {
    std::optional<std::string> problem = read_search_page(std::move(answer), page);
    const bool says_nothing = page.hits.empty() && page.unreadable == 0 && !page.total_count;
    if (!problem && is_first_page && says_nothing)
      problem = "it has neither flows nor their number, total_count";
    return problem;
  });
}

BegunRequest begin_search(ApiClient& api, std::string body) {
  return api.begin(search_call(std::move(body)));
}

Error describe_search_failure(const ApiFailure& failure, const std::string& filter) {
  constexpr int kBadRequest = 400;
  if (failure.status != kBadRequest || filter.empty()) return failure.error;
  return Error(Fault::Usage,
               fmt::format("{}; check the filter: {}", failure.error.what(), printable(filter)));
}

std::uint64_t count_flows(ApiClient& api, const std::string& filter, const TimeWindow& window) {
  SearchPage page;
  if (const auto failure = search_flows(api, search_body(filter, window, 1, {}), page, true)) {
    throw describe_search_failure(*failure, filter);
  }
  if (!page.total_count) throw Error(Fault::Data, "POST /search: the answer has no total_count");
  return *page.total_count;
}

}  // namespace vrni2syslog
