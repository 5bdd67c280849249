#include "vrni/search/version_choice.h"

#include <string_view>
#include <utility>

namespace vrni2syslog {
namespace {

/// Leaves of a flow what the search said of it.
void reduce_to_identity(Flow& flow) {
  Flow identity;
  identity.id = flow.id;
  identity.version_time = identity.listed_time = flow.listed_time;
  identity.has_other_versions = flow.has_other_versions;
  identity.is_partial = true;
  flow = identity;
}

[[nodiscard]] bool is_in_place(const Flow& flow) {
  return flow.version_time != flow.listed_time;
}

[[nodiscard]] std::string decision_of(const Flow& flow) {
  std::string decision(flow.text(FlowField::Action));
  for (const std::string_view rule : flow.value(FlowField::RuleId)) {
    decision += '\0';
    decision += rule;
  }
  return decision;
}

/// Returns whether the flow is to be handed on.
[[nodiscard]] bool choose_of_decisions(Flow& flow, Decisions& decisions) {
  const auto of_flow = decisions.find(std::string(flow.id));
  if (of_flow == decisions.end()) return true;
  flow.has_other_versions = true;
  if (flow.is_partial) return true;
  std::string decision = decision_of(flow);
  if (!is_in_place(flow)) return of_flow->second.insert(std::move(decision)).second;
  // What was decided in the listed version is not known.
  if (of_flow->second.contains(decision)) reduce_to_identity(flow);
  return true;
}

}  // namespace

void VersionChoice::choose(FlowBatch& batch, Decisions* decisions) {
  std::erase_if(batch.flows, [&](Flow& flow) {
    return !choose_of_versions(flow) ||
           (decisions != nullptr && !choose_of_decisions(flow, *decisions));
  });
}

bool VersionChoice::choose_of_versions(Flow& flow) {
  // Of a version without a time it is not known whether it is another one.
  if (flow.is_partial || flow.version_time == UnixSeconds()) return true;
  if (!is_in_place(flow)) {
    return in_place_.size() == 0 ||
           !in_place_.contains(compact_version_id(flow.id, flow.version_time));
  }
  const bool is_listed = listed_.has_other(flow.id, flow.listed_time, flow.version_time);
  if (is_listed || !in_place_.insert(compact_version_id(flow.id, flow.version_time))) {
    flow.has_other_versions = true;
    reduce_to_identity(flow);
  }
  return true;
}

}  // namespace vrni2syslog
