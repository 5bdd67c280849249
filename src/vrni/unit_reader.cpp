#include "vrni/unit_reader.h"

#include "vrni/flow_search.h"

#include <fmt/format.h>

#include <utility>

namespace vrni2syslog {
namespace {

[[nodiscard]] std::string name_of(const TimeWindow& window) {
  return fmt::format("window {} to {}", to_rfc3339(window.start), to_rfc3339(window.end));
}

}  // namespace

UnitReader::UnitReader(ApiClient& api, FlowFetcher& fetcher, Log& log, std::string filter,
                       const TimeWindow& unit)
    : api_(api),
      fetcher_(fetcher),
      log_(log),
      filter_(filter),
      unit_(unit),
      cursor_(std::move(filter), unit) {}

std::unique_ptr<FlowBatch> UnitReader::next() {
  while (!cursor_.is_at_end()) {
    SearchPage page;
    search(page);
    const std::vector<SearchHit> hits = new_hits(page);
    cursor_.accept(page, hits.size());
    unreadable_ += page.unreadable;
    if (hits.empty()) continue;
    auto batch = std::make_unique<FlowBatch>(unit_);
    fetcher_.fetch(hits, *batch);
    received_ += batch->flows.size();
    return batch;
  }
  if (!std::exchange(is_checked_, true)) check_completeness();
  return nullptr;
}

void UnitReader::search(SearchPage& page) {
  if (const auto failure = search_flows(api_, cursor_.next_request(), page)) {
    throw explain(*failure);
  }
}

Error UnitReader::explain(const ApiFailure& failure) const {
  if (cursor_.pages() > 0) {
    return failure.error.within(fmt::format(
        "{}: the platform stopped answering after {} of {} flows; cut the window with --resolution",
        name_of(unit_), seen_.size(), announced()));
  }
  return describe_search_failure(failure, filter_);
}

std::vector<SearchHit> UnitReader::new_hits(const SearchPage& page) {
  std::vector<SearchHit> hits;
  hits.reserve(page.hits.size());
  for (const SearchHit& hit : page.hits) {
    if (seen_.insert(compact_id(hit.id))) hits.push_back(hit);
  }
  return hits;
}

void UnitReader::check_completeness() const {
  if (!cursor_.total_count()) {
    if (seen_.size() > 0) {
      log_.warning(
          fmt::format("{}: the platform did not say how many flows there are; whether all {} are "
                      "there is not known",
                      name_of(unit_), seen_.size()));
    }
    return;
  }
  if (seen_.size() >= *cursor_.total_count()) return;
  const std::string no_id = unreadable_ > 0
                                ? fmt::format(", {} of them without a readable id", unreadable_)
                                : std::string();
  throw Error(ExitStatus::Data,
              fmt::format("{}: the platform announced {} flows, but listed {}{}; run again for "
                          "this window, or cut it with "
                          "--resolution",
                          name_of(unit_), *cursor_.total_count(), seen_.size(), no_id));
}

}  // namespace vrni2syslog
