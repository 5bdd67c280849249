#include "vrni/fetch/property_index.h"

#include <algorithm>

namespace vrni2syslog {
namespace {

[[nodiscard]] std::string_view api_name_of(const FlowFieldInfo* row) {
  return row->api_name;
}

}  // namespace

PropertyIndex::PropertyIndex() {
  for (const FlowFieldInfo& row : flow_fields()) {
    if (!row.api_name.empty()) by_name_.push_back(&row);
  }
  std::ranges::sort(by_name_, {}, api_name_of);
}

const FlowFieldInfo* PropertyIndex::find(std::string_view api_name) {
  const FlowFieldInfo** const guess =
      previous_ == nullptr ? nullptr : &successors_[static_cast<std::size_t>(previous_->field)];
  if (guess != nullptr && *guess != nullptr && (*guess)->api_name == api_name)
    return previous_ = *guess;
  const auto found = std::ranges::lower_bound(by_name_, api_name, {}, api_name_of);
  if (found == by_name_.end() || (*found)->api_name != api_name) return nullptr;
  if (guess != nullptr) *guess = *found;
  return previous_ = *found;
}

}  // namespace vrni2syslog
