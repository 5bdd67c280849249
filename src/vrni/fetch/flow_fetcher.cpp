#include "vrni/fetch/flow_fetcher.h"

#include "flow/flow_prefetch.h"
#include "json/writer.h"
#include "vrni/api/call_in_parts.h"

#include <fmt/format.h>

#include <algorithm>
#include <iterator>
#include <limits>
#include <utility>

namespace vrni2syslog {
namespace {

/// A thousand flows are some megabytes. If an answer is longer than this, it is asked for in parts.
constexpr std::size_t kMaxAnswerBytes = 32U * 1024 * 1024;
/// A platform that gives none of this many flows has a fault. Fewer may all be gone, if the others
/// of their fetch are kept.
constexpr std::size_t kFewestToGive = 10;

[[nodiscard]] std::string fetch_body(std::span<const SearchHit> hits) {
  std::string body;
  JsonObjectWriter request(body);
  request.key("entity_ids");
  append_json_list(body, hits, [&](const SearchHit& hit) {
    JsonObjectWriter entity(body);
    entity.text("entity_id", hit.id);
    entity.text("entity_type", hit.entity_type.empty() ? "Flow" : hit.entity_type);
    if (hit.time) entity.number("time", hit.time->time_since_epoch().count());
    entity.end();
  });
  request.end();
  return body;
}

[[nodiscard]] ApiCall fetch_call(std::span<const SearchHit> hits) {
  return {.method = "POST",
          .path = "/entities/fetch",
          .body = fetch_body(hits),
          .max_response_bytes = kMaxAnswerBytes};
}

[[nodiscard]] std::vector<SearchHit> hits_not_kept(std::span<const SearchHit> hits,
                                                   std::span<const VersionPlace> places) {
  std::vector<SearchHit> found;
  for (std::size_t i = 0; i < hits.size(); ++i) {
    if (places[i] == 0) found.push_back(hits[i]);
  }
  return found;
}

/// Those of the hits that are not among `others`, which have the same order.
[[nodiscard]] std::vector<SearchHit> hits_without(std::span<const SearchHit> hits,
                                                  std::span<const SearchHit> others) {
  std::vector<SearchHit> left;
  for (const SearchHit& hit : hits) {
    if (!others.empty() && others.front().id == hit.id) {
      others = others.subspan(1);
    } else {
      left.push_back(hit);
    }
  }
  return left;
}

[[nodiscard]] bool is_coming(const SearchHit& hit, const ComingVersions& coming) {
  const auto [first, last] = coming.equal_range(hit.id);
  return hit.time && std::any_of(first, last, [&hit](const auto& version) {
           return version.second == *hit.time;
         });
}

/// How many of the first flows are read together, `most` or fewer.
[[nodiscard]] std::size_t length_of_fetch(std::span<const VersionPlace> places,
                                          std::size_t most) noexcept {
  std::size_t not_kept = 0;
  std::size_t length = 0;
  for (const VersionPlace place : places.first(std::min(places.size(), most))) {
    if (place == 0 && ++not_kept > kMaxEntitiesPerCall) break;
    ++length;
  }
  // A few that are left over might all be gone.
  const std::size_t left = places.size() - length;
  return left > 0 && left < kFewestToGive ? length - kFewestToGive : length;
}

[[nodiscard]] std::vector<FlowField> fields_of_kind(FieldKind kind,
                                                    const std::vector<FlowField>& fields) {
  std::vector<FlowField> found;
  std::ranges::copy_if(fields, std::back_inserter(found),
                       [kind](FlowField field) { return info_of(field).kind == kind; });
  return found;
}

[[nodiscard]] bool are_answered(const EntityLookup::BegunQuestions& questions) {
  return std::ranges::all_of(questions,
                             [](const auto& question) { return question->is_answered(); });
}

}  // namespace

bool FlowFetch::has_answers() const {
  const bool has_counters =
      !about_counters || std::ranges::all_of(*about_counters, [](const PendingCall& question) {
        return !question.is_begun() || question.is_answered();
      });
  return has_counters && are_answered(about_names) && are_answered(about_vlans) &&
         are_answered(about_vms);
}

FlowFetcher::FlowFetcher(ApiClient& api, Log& log, const std::vector<FlowField>& extra_fields,
                         FlowVersions* versions)
    : api_(api),
      log_(log),
      versions_(versions),
      names_(EntityLookup::names_of_entities(api, log)),
      vlan_ids_(EntityLookup::vlan_ids_of_networks(api, log)),
      vm_details_(EntityLookup::details_of_vms(api, log)),
      metrics_(fields_of_kind(FieldKind::Counter, extra_fields), api, log) {
  page_.is_with_vms = !fields_of_kind(FieldKind::VmDetail, extra_fields).empty();
  const bool is_with_counters = !fields_of_kind(FieldKind::Counter, extra_fields).empty();
  most_flows_of_fetch_ = is_with_counters ? kMaxEntitiesPerCall : kMaxFlowsOfFetch;
}

std::vector<FlowFetch> FlowFetcher::plan_fetches(std::span<const SearchHit> hits,
                                                 const ComingVersions& coming) const {
  const std::vector<VersionPlace> places = places_of(hits, coming);
  std::vector<FlowFetch> fetches;
  for (std::span<const VersionPlace> rest = places; !rest.empty();) {
    const std::span<const VersionPlace> part =
        rest.first(length_of_fetch(rest, most_flows_of_fetch_));
    rest = rest.subspan(part.size());
    FlowFetch& fetch = fetches.emplace_back();
    fetch.places.assign(part.begin(), part.end());
    fetch.needs_call = std::ranges::find(part, VersionPlace{0}) != part.end();
  }
  return fetches;
}

std::vector<VersionPlace> FlowFetcher::places_of(std::span<const SearchHit> hits,
                                                 const ComingVersions& coming) const {
  if (versions_ == nullptr) return std::vector<VersionPlace>(hits.size());
  std::vector<VersionPlace> places = versions_->find(hits, vm_details());
  if (coming.empty()) return places;
  std::size_t count = 0;
  for (std::size_t i = 0; i < hits.size(); ++i) {
    if (places[i] != 0 || !is_coming(hits[i], coming) || !versions_->will_keep(hits[i])) continue;
    places[i] = kComingPlace;
    ++count;
  }
  versions_->note_coming(count);
  return places;
}

bool FlowFetcher::begin(std::span<const SearchHit> hits, FlowFetch& fetch) {
  if (!fetch.needs_call) return true;
  if (!api_.can_begin()) return false;
  if (!fetch.call) fetch.call.emplace(fetch_call(hits_not_kept(hits, fetch.places)));
  return api_.begin(*fetch.call);
}

void FlowFetcher::find_come(std::span<const SearchHit> hits, std::span<VersionPlace> places) const {
  std::vector<SearchHit> come;
  for (std::size_t i = 0; i < hits.size(); ++i) {
    if (places[i] == kComingPlace) come.push_back(hits[i]);
  }
  if (come.empty()) return;
  const std::vector<VersionPlace> found = versions_->find_come(come, vm_details());
  auto place = found.begin();
  for (VersionPlace& any : places) {
    if (any == kComingPlace) any = *place++;
  }
}

void FlowFetcher::fetch(std::span<const SearchHit> hits, FlowBatch& batch) {
  for (FlowFetch& fetch : plan_fetches(hits)) {
    const auto part = hits.first(fetch.places.size());
    hits = hits.subspan(part.size());
    read(part, batch, fetch);
    finish(batch, fetch);
  }
}

bool FlowFetcher::begin_questions(const FlowBatch& batch, FlowFetch& fetch) {
  if (fetch.has_begun_questions) return true;
  if (!fetch.has_begun_names) {
    fetch.has_begun_names = names_.begin(fetch.unnamed_entities.entities, fetch.about_names) &&
                            vlan_ids_.begin(fetch.vlan_networks.entities, fetch.about_vlans) &&
                            vm_details_.begin(fetch.vm_entities.entities, fetch.about_vms);
  }
  const auto flows = std::span(batch.flows).subspan(fetch.first_flow, fetch.places.size());
  fetch.has_begun_questions =
      fetch.has_begun_names && metrics_.begin(flows, batch.unit, fetch.about_counters);
  return fetch.has_begun_questions;
}

void FlowFetcher::finish(FlowBatch& batch, FlowFetch& fetch) {
  const std::size_t count = fetch.places.size();
  const std::span<Flow> flows = std::span(batch.flows).subspan(fetch.first_flow, count);
  resolve_names(fetch.unnamed, fetch.unnamed_entities, names_, batch);
  resolve_vlans(fetch.vlans, fetch.vlan_networks, vlan_ids_, batch);
  resolve_vms(fetch.vms, fetch.vm_entities, vm_details_, batch);
  if (has_all_names()) keep(fetch.asked, flows);
  metrics_.add(flows, batch, std::move(fetch.about_counters));
}

bool FlowFetcher::has_all_names() const noexcept {
  return names_.is_complete() && vlan_ids_.is_complete() && vm_details_.is_complete();
}

void FlowFetcher::read(std::span<const SearchHit> hits, FlowBatch& batch, FlowFetch& fetch) {
  const std::size_t first = fetch.first_flow = batch.flows.size();
  reading_ = &fetch;
  api_.begin_matter();
  batch.flows.resize(first + hits.size());
  missing_.begin(hits);
  failing_.clear();
  reason_.clear();
  for (std::size_t i = 0; i < hits.size(); ++i) {
    Flow& flow = batch.flows[first + i];
    flow.version_time = flow.listed_time = hits[i].time.value_or(UnixSeconds());
  }
  const std::vector<SearchHit> failing_versions = fetch_listed(hits, batch, fetch);
  fetch_present_versions(hits, batch);
  throw_if_all_are_missing(fetch.asked.size(), hits.size());
  for (std::size_t i = 0; i < hits.size(); ++i) {
    if (!missing_.contains(i)) continue;
    Flow& flow = batch.flows[first + i];
    flow.id = batch.copy(hits[i].id);
    flow.version_time = flow.listed_time;
    flow.is_partial = true;
  }
  fetch.unnamed_entities = distinct_entities(fetch.unnamed);
  fetch.vlan_networks = distinct_entities(fetch.vlans);
  fetch.vm_entities = distinct_entities(fetch.vms);
  add_failing(failing_versions, std::span(batch.flows).subspan(first));
  record_failing();
  missing_.begin({});
  failing_.clear();
}

std::vector<SearchHit> FlowFetcher::fetch_listed(std::span<const SearchHit> hits, FlowBatch& batch,
                                                 FlowFetch& fetch) {
  const std::vector<SearchHit> planned = hits_not_kept(hits, fetch.places);
  find_come(hits, fetch.places);
  take_kept(hits, fetch.places, batch);
  fetch.asked = missing_.hits();
  begun_ = std::exchange(fetch.call, std::nullopt);
  for (const std::vector<SearchHit>& part : {planned, hits_without(fetch.asked, planned)}) {
    if (const CallOutcome outcome = fetch_in_parts(part, batch); !outcome)
      throw outcome.problem().error;
  }
  return std::exchange(failing_, {});
}

void FlowFetcher::take_kept(std::span<const SearchHit> hits, std::span<const VersionPlace> places,
                            FlowBatch& batch) {
  if (versions_ == nullptr) return;
  const std::span<Flow> flows = std::span(batch.flows).last(hits.size());
  versions_->take(hits, places, vm_details(), flows, batch);
  for (std::size_t i = 0; i < flows.size(); ++i) {
    if (!flows[i].id.empty()) missing_.erase(i);
  }
}

/// The flows and `asked` have the same order; there may be flows between those that were asked for.
void FlowFetcher::keep(std::span<const SearchHit> asked, std::span<const Flow> flows) {
  if (versions_ == nullptr) return;
  for (std::size_t i = 0; i < flows.size() && !asked.empty(); ++i) {
    const Flow& flow = flows[i];
    if (flow.id != asked.front().id) continue;
    prefetch_after(flows, i);
    asked = asked.subspan(1);
    versions_->add(flow, vm_details());
  }
}

/// Asks once more, without their version, for the flows whose version is gone or fails.
void FlowFetcher::fetch_present_versions(std::span<const SearchHit> hits, FlowBatch& batch) {
  std::vector<SearchHit> without_version = missing_.hits();
  for (SearchHit& hit : without_version) hit.time.reset();
  const std::span<Flow> flows = std::span(batch.flows).last(hits.size());
  for (std::size_t i = 0; i < flows.size(); ++i) {
    // If the answer does not say which version it holds, that is not known.
    if (missing_.contains(i)) flows[i].version_time = UnixSeconds();
  }
  if (const CallOutcome outcome = fetch_in_parts(without_version, batch); !outcome)
    throw outcome.problem().error;
}

void FlowFetcher::add_failing(const std::vector<SearchHit>& failing_versions,
                              std::span<const Flow> flows) {
  for (const SearchHit& hit : failing_versions) {
    const Flow& flow = *std::ranges::find(flows, hit.id, &Flow::id);
    const bool is_there = !flow.is_partial && (!hit.time || flow.version_time == *hit.time);
    if (!is_there && std::ranges::find(failing_, hit.id, &SearchHit::id) == failing_.end())
      failing_.push_back(hit);
  }
}

CallOutcome FlowFetcher::fetch_in_parts(std::span<const SearchHit> hits, FlowBatch& batch) {
  const auto fetch_some = [&](std::span<const SearchHit> some) {
    CallOutcome part = fetch_once(some, batch);
    if (!part) reason_ = part.problem().error.what();
    return part;
  };
  CallOutcome outcome = CallOutcome::success();
  while (outcome && !hits.empty()) {
    const auto part = hits.first(std::min(hits.size(), kMaxEntitiesPerCall));
    hits = hits.subspan(part.size());
    outcome = call_in_parts<SearchHit>(part, failing_, fetch_some);
  }
  return outcome;
}

void FlowFetcher::throw_if_all_are_missing(std::size_t asked, std::size_t hits) const {
  if (asked == 0 || missing_.size() < asked) return;
  if (asked < hits && asked < kFewestToGive) return;
  throw Error(Fault::Data,
              fmt::format("POST /entities/fetch: the platform gives none of the {} flows that its "
                          "search found ({}); they are kept for another run",
                          asked, reason_.empty() ? "it answers without them" : reason_));
}

void FlowFetcher::record_failing() {
  failed_ += failing_.size();
  if (failing_.empty() || std::exchange(has_reported_failing_, true)) return;
  log_.warning(
      LogEvent::FlowsFailing,
      fmt::format("the platform fails on single flows, which are sent in their present version or "
                  "with no more than their identity ({} in one fetch, the first of them {}): "
                  "{}",
                  failing_.size(), printable(failing_.front().id), reason_));
}

CallOutcome FlowFetcher::fetch_once(std::span<const SearchHit> hits, FlowBatch& batch) {
  PendingCall call = begun_ ? *std::exchange(begun_, std::nullopt) : PendingCall(fetch_call(hits));
  CallOutcome outcome = api_.try_call(std::move(call), [&](std::string& body) {
    return read_flow_page(std::move(body), batch, page_, hits.size());
  });
  if (outcome) take_page(batch);
  return outcome;
}

void FlowFetcher::take_page(FlowBatch& batch) {
  constexpr std::size_t kNone = std::numeric_limits<std::size_t>::max();
  std::vector<std::size_t> places;  // of the flows of the page in the batch
  places.reserve(page_.flows.size());
  const std::span<Flow> slots = std::span(batch.flows).subspan(reading_->first_flow);
  bool are_all_in_order = page_.flows.size() == batch.flows.size();
  for (Flow& flow : page_.flows) {
    const std::optional<std::size_t> hit = missing_.find(flow.id);
    are_all_in_order = are_all_in_order && hit && reading_->first_flow + *hit == places.size();
    places.push_back(hit ? reading_->first_flow + *hit : kNone);
    if (!hit) continue;
    missing_.erase(*hit);
    flow.listed_time = slots[*hit].listed_time;
    if (flow.version_time == UnixSeconds()) flow.version_time = slots[*hit].version_time;
  }
  if (are_all_in_order) {  // nearly always; copying flows would cost, since they are large
    batch.flows.swap(page_.flows);
  } else {
    for (std::size_t i = 0; i < places.size(); ++i) {
      if (places[i] != kNone) batch.flows[places[i]] = page_.flows[i];
    }
  }
  const auto add = [&places](std::vector<FieldReference>& to, std::vector<FieldReference>& from) {
    for (FieldReference& reference : from) {
      reference.flow = places[reference.flow];
      if (reference.flow != kNone) to.push_back(reference);
    }
  };
  reading_->unnamed.insert(reading_->unnamed.end(), page_.unnamed.begin(), page_.unnamed.end());
  add(reading_->vlans, page_.vlans);
  add(reading_->vms, page_.vms);
  report_left_out();
}

void FlowFetcher::report_left_out() {
  if (page_.left_out == 0 || std::exchange(has_reported_left_out_, true)) return;
  log_.warning(
      LogEvent::FlowValuesLeftOut,
      fmt::format("the platform's flows have values of an unexpected type, which are left out ({} "
                  "in one answer, the "
                  "first in \"{}\")",
                  page_.left_out, page_.left_out_name));
}

}  // namespace vrni2syslog
