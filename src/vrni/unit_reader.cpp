#include "vrni/unit_reader.h"

#include "vrni/flow_search.h"
#include "vrni/platform_time.h"

#include <fmt/format.h>

#include <algorithm>
#include <utility>

namespace vrni2syslog {

UnitReader::UnitReader(ApiClient& api, FlowFetcher& fetcher, SearchDepth& depth, Log& log,
                       std::string filter, const TimeWindow& unit)
    : api_(api),
      fetcher_(fetcher),
      depth_(depth),
      log_(log),
      filter_(std::move(filter)),
      unit_(unit),
      plan_(unit) {}

std::unique_ptr<FlowBatch> UnitReader::next() {
  while (waiting_.empty() && !is_finished_) go_on();
  if (waiting_.empty()) return nullptr;
  // A platform may put more on a page than it was asked for.
  const auto hits = waiting_.first(std::min(waiting_.size(), kMaxEntitiesPerCall));
  waiting_ = waiting_.subspan(hits.size());
  auto batch = std::make_unique<FlowBatch>(unit_);
  fetcher_.fetch(hits, *batch);
  received_ += batch->flows.size();
  return batch;
}

void UnitReader::go_on() {
  if (cursor_) return read_page();
  const ReadingStep step = plan_.next();
  switch (step.kind) {
    case ReadingStep::Kind::Search:
      return begin(step);
    case ReadingStep::Kind::Count:
      return plan_.finish_count(count_flows(api_, filter_, step.window));
    case ReadingStep::Kind::Done:
      return finish();
  }
}

void UnitReader::begin(const ReadingStep& step) {
  cursor_.emplace(filter_, step.window, step.page_size);
  search_ = step.search;
  results_ = 0;
  if (search_ > 1) {
    log_.info(fmt::format("reading the flows from {} to {} in search {}",
                          to_rfc3339(step.window.start), to_rfc3339(step.window.end), search_));
  }
}

void UnitReader::read_page() {
  const bool is_first = cursor_->pages() == 0;
  if (const auto failure = search_flows(api_, cursor_->next_request(), page_, is_first)) {
    if (is_first) throw describe_search_failure(*failure, filter_);
    depth_.note_failure_after(results_);
    cursor_.reset();
    plan_.abandon_search(failure->error.what());
    return;
  }
  if (is_first) require_past(unit_, api_.platform_time());
  take_page();
  if (cursor_->is_at_end()) {
    const std::uint64_t pages = cursor_->pages();
    cursor_.reset();
    plan_.finish_search(pages);
  } else if (is_too_deep(page_)) {
    cursor_.reset();
    plan_.abandon_search("earlier searches have shown that the platform does not list so many");
  } else if (is_endless()) {
    cursor_.reset();
    plan_.abandon_search("the platform lists many more than it announces");
  }
}

void UnitReader::take_page() {
  hits_.clear();
  std::uint64_t new_in_search = 0;
  for (const SearchHit& hit : page_.hits) {
    const SearchNumber last_search = seen_.note(compact_id(hit.id), search_);
    plan_.take_listed(last_search);
    if (last_search == 0) hits_.push_back(hit);
    if (last_search != search_) ++new_in_search;
  }
  waiting_ = hits_;
  results_ += new_in_search;
  plan_.take_page(page_);
  cursor_->accept(page_, new_in_search);
}

bool UnitReader::is_too_deep(const SearchPage& page) const {
  return cursor_->pages() == 1 && page.total_count && depth_.is_exceeded_by(*page.total_count) &&
         plan_.can_halve();
}

bool UnitReader::is_endless() const {
  return page_.total_count && results_ > 2 * *page_.total_count + kMaxHitsPerPage;
}

void UnitReader::finish() {
  is_finished_ = true;
  if (plan_.announced()) return;
  log_.warning(
      fmt::format("window {} to {}: the platform did not say how many flows there are; whether all "
                  "{} are there is not known",
                  to_rfc3339(unit_.start), to_rfc3339(unit_.end), seen_.size()));
}

}  // namespace vrni2syslog
