#include "vrni/search/version_choice.h"

#include <algorithm>
#include <optional>

namespace vrni2syslog {
namespace {

/// Leaves of a flow what the search said of it.
void reduce_to_identity(Flow& flow) {
  Flow identity;
  identity.id = flow.id;
  identity.version_time = identity.listed_time = flow.listed_time;
  identity.has_other_versions = true;
  identity.is_partial = true;
  flow = identity;
}

[[nodiscard]] bool is_in_place(const Flow& flow) {
  return flow.version_time != flow.listed_time;
}

[[nodiscard]] CompactId version_of(const Flow& flow) {
  return compact_version_id(flow.id, flow.version_time);
}

[[nodiscard]] std::string decision_of(const Flow& flow) {
  std::string decision(flow.text(FlowField::Action));
  for (const std::string_view rule : flow.value(FlowField::RuleId)) {
    decision += '\0';
    decision += rule;
  }
  return decision;
}

[[nodiscard]] bool is_among(const ComingHits& hits, const Flow& flow) {
  const auto [first, last] = hits.equal_range(flow.id);
  return std::any_of(first, last, [&](const auto& hit) { return hit.second == flow.version_time; });
}

[[nodiscard]] std::set<std::string>* decisions_about(const Flow& flow, Decisions* decisions) {
  if (decisions == nullptr) return nullptr;
  const auto found = decisions->find(std::string(flow.id));
  return found == decisions->end() ? nullptr : &found->second;
}

}  // namespace

void VersionChoice::choose(FlowBatch& batch, Decisions* decisions,
                           const std::function<ComingHits()>& coming) {
  std::optional<ComingHits> known_coming;
  const auto is_wanted = [&](Flow& flow) {
    std::set<std::string>* const of_flow = decisions_about(flow, decisions);
    if (of_flow != nullptr) flow.has_other_versions = true;
    if (!is_in_place(flow)) return choose_listed(flow, of_flow);
    const bool is_listed = listed_.has_other(flow.id, flow.listed_time, flow.version_time);
    if (is_listed && !known_coming) known_coming = coming();
    if (!is_listed) return choose_in_place(flow, of_flow, Listing::None);
    const bool is_coming = is_among(*known_coming, flow);
    return choose_in_place(flow, of_flow, is_coming ? Listing::Coming : Listing::Past);
  };
  for (Flow& flow : batch.flows) {
    if (!is_wanted(flow)) flow.id = {};
  }
  std::erase_if(batch.flows, [](const Flow& flow) { return flow.id.empty(); });
}

bool VersionChoice::choose_listed(Flow& flow, std::set<std::string>* decisions) {
  const bool was_in_place = in_place_.size() > 0 && in_place_.contains(version_of(flow));
  if (flow.is_partial) {
    if (!was_in_place) (void)without_content_.insert(version_of(flow));
    return !was_in_place;
  }
  const bool is_new_decision = decisions == nullptr || decisions->insert(decision_of(flow)).second;
  return is_new_decision && !was_in_place;
}

bool VersionChoice::choose_in_place(Flow& flow, std::set<std::string>* decisions, Listing listing) {
  const CompactId version = version_of(flow);
  const CompactId listed_version = compact_version_id(flow.id, flow.listed_time);
  const bool has_listed_time = flow.listed_time != UnixSeconds();
  if (has_listed_time) (void)without_content_.insert(listed_version);
  // Of a version without a time it is not known whether it is another one.
  const bool has_time = flow.version_time != UnixSeconds();
  const bool has_come =
      has_time && (in_place_.contains(version) ||
                   (listing == Listing::Past && !without_content_.contains(version)));
  // What was decided in the listed version is not known.
  const bool is_decided = decisions != nullptr && decisions->contains(decision_of(flow));
  if (has_come || is_decided) {
    const bool is_known = has_come && !has_listed_time;  // the search has not said which it is
    reduce_to_identity(flow);
    return !is_known && !in_place_.contains(listed_version);
  }
  if (has_time) (void)in_place_.insert(version);
  // This is the line of that hit, which comes early.
  if (listing == Listing::Coming) flow.listed_time = flow.version_time;
  return true;
}

}  // namespace vrni2syslog
