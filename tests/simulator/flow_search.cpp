#include "flow_search.h"

#include "flow_subject.h"

#include <algorithm>
#include <utility>

namespace vrni2syslog::simulator {
namespace {

constexpr std::size_t kMaxKept = 8;

}  // namespace

FlowSearch::Result FlowSearch::find(const FlowQuery& query) {
  // Before the lookup, so that a bad filter is refused every time.
  const Filter filter(query.filter, &FlowSubject::has_field);
  const std::scoped_lock lock(mutex_);
  const auto kept = std::ranges::find(recent_, query, &std::pair<FlowQuery, Result>::first);
  if (kept != recent_.end()) {
    recent_.splice(recent_.begin(), recent_, kept);
  } else {
    recent_.emplace_front(query,
                          std::make_shared<const std::vector<std::uint32_t>>(scan(query, filter)));
    if (recent_.size() > kMaxKept) recent_.pop_back();
  }
  return recent_.front().second;
}

std::vector<std::uint32_t> FlowSearch::scan(const FlowQuery& query, const Filter& filter) const {
  std::vector<std::uint32_t> flows;
  for (std::uint32_t index = 0; index < generator_.count(); ++index) {
    if (!generator_.activity(index).overlaps(query.start, query.end)) continue;
    if (!filter.takes_all()) {
      const FlowRecord record = generator_.flow(index);
      if (!filter.matches(FlowSubject(record, generator_, inventory_))) continue;
    }
    flows.push_back(index);
  }
  if (!query.sort_by.empty()) sort(flows, query);
  return flows;
}

void FlowSearch::sort(std::vector<std::uint32_t>& flows, const FlowQuery& query) const {
  std::vector<std::pair<std::string, std::uint32_t>> keyed;
  keyed.reserve(flows.size());
  for (const std::uint32_t index : flows) {
    const FlowRecord record = generator_.flow(index);
    std::string key;
    // By the first value; a flow without one comes first.
    static_cast<void>(FlowSubject(record, generator_, inventory_)
                          .any_value(query.sort_by, [&](std::string_view value) {
                            key = value;
                            return true;
                          }));
    keyed.emplace_back(std::move(key), index);
  }
  const auto key_of = &std::pair<std::string, std::uint32_t>::first;
  if (query.is_descending) {
    std::ranges::stable_sort(keyed, std::ranges::greater{}, key_of);
  } else {
    std::ranges::stable_sort(keyed, std::ranges::less{}, key_of);
  }
  std::ranges::transform(keyed, flows.begin(), &std::pair<std::string, std::uint32_t>::second);
}

}  // namespace vrni2syslog::simulator
