#include "vrni/unit_reader.h"

#include "vrni/flow_search.h"

#include <fmt/format.h>

#include <algorithm>
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
  while (waiting_.empty() && !cursor_.is_at_end()) read_page();
  if (waiting_.empty()) {
    if (!std::exchange(is_checked_, true)) check_completeness();
    return nullptr;
  }
  // A platform may put more on a page than it was asked for.
  const auto hits = waiting_.first(std::min(waiting_.size(), kMaxEntitiesPerCall));
  waiting_ = waiting_.subspan(hits.size());
  auto batch = std::make_unique<FlowBatch>(unit_);
  fetcher_.fetch(hits, *batch);
  received_ += batch->flows.size();
  return batch;
}

void UnitReader::read_page() {
  if (const auto failure = search_flows(api_, cursor_.next_request(), page_)) {
    throw explain(*failure);
  }
  hits_ = new_hits();
  waiting_ = hits_;
  unreadable_ += page_.unreadable;
  cursor_.accept(page_, hits_.size());
}

Error UnitReader::explain(const ApiFailure& failure) const {
  if (cursor_.pages() > 0) {
    return failure.error.within(fmt::format(
        "{}: the platform stopped answering after {} of {} flows; cut the window with --resolution",
        name_of(unit_), seen_.size(), announced()));
  }
  return describe_search_failure(failure, filter_);
}

std::vector<SearchHit> UnitReader::new_hits() {
  std::vector<SearchHit> hits;
  hits.reserve(page_.hits.size());
  for (const SearchHit& hit : page_.hits) {
    if (seen_.insert(compact_id(hit.id))) hits.push_back(hit);
  }
  return hits;
}

void UnitReader::check_completeness() const {
  if (unreadable_ > 0) {
    throw Error(ExitStatus::Data,
                fmt::format("{}: the platform listed {} flows, and {} more without a readable id; "
                            "run again for this window",
                            name_of(unit_), seen_.size(), unreadable_));
  }
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
  throw Error(ExitStatus::Data,
              fmt::format("{}: the platform announced {} flows, but listed {}; run again for this "
                          "window, or cut it with --resolution",
                          name_of(unit_), *cursor_.total_count(), seen_.size()));
}

}  // namespace vrni2syslog
