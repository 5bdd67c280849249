#include "vrni/fetch/entity_lookup.h"

#include "base/text/ascii.h"
#include "json/records.h"
#include "json/writer.h"
#include "vrni/api/call_in_parts.h"

#include <fmt/format.h>

#include <algorithm>
#include <utility>

namespace vrni2syslog {
namespace {

constexpr std::size_t kMaxCachedEntries = 100'000;
constexpr std::size_t kMaxCachedBytes = 8U * 1024 * 1024;
/// A platform that knows none of this many entities has a fault; fewer may all be gone.
constexpr std::size_t kFewestToKnow = 10;

/// Stands between the texts of an answer that has several. A text that holds it is left out.
constexpr char kSeparator = '\x1f';

// The texts that are the answer about an entity.
constexpr std::string_view kName[] = {"name"};
constexpr std::string_view kVlanId[] = {"vlan_id"};
constexpr std::string_view kVmDetails[] = {"entity_type", "vendor_id", "region"};

[[nodiscard]] EntityReference entity_of(const std::string_view* id) {
  return {.id = *id, .type = {}};
}
[[nodiscard]] EntityReference entity_of(const FieldReference& reference) {
  return reference.entity;
}

template <typename Reference>
[[nodiscard]] DistinctEntities distinct_entities_of(std::span<Reference> references) {
  DistinctEntities distinct;
  std::unordered_map<std::string_view, std::size_t> known;
  distinct.places.reserve(references.size());
  for (const auto& reference : references) {
    const EntityReference entity = entity_of(reference);
    const auto [place, is_new] = known.try_emplace(entity.id, distinct.entities.size());
    if (is_new) distinct.entities.push_back(entity);
    distinct.places.push_back(place->second);
  }
  return distinct;
}

}  // namespace

DistinctEntities distinct_entities(std::span<std::string_view* const> ids) {
  return distinct_entities_of(ids);
}

DistinctEntities distinct_entities(std::span<const FieldReference> references) {
  return distinct_entities_of(references);
}

/// What is asked about many entities at once, and where the answer lies.
struct EntityLookup::Question {
  std::string_view what;                          ///< for messages: "names of entities"
  std::string_view path;                          ///< operation of the API
  std::string_view request_list;                  ///< name of the list in the request
  std::string_view answer_list;                   ///< name of the list in the answer
  std::span<const std::string_view> answer_keys;  ///< names of the texts in its elements
  /// The object within the elements that has the texts; what it lacks, the elements may have
  /// themselves.
  std::string_view answer_parent;
  /// Every entity has one of the texts: a platform that gives none of many has a fault.
  bool is_about_all;
};

EntityLookup EntityLookup::names_of_entities(ApiClient& api, Log& log) {
  static constexpr Question kNames{.what = "names of entities",
                                   .path = "/entities/names",
                                   .request_list = "entities",
                                   .answer_list = "entities",
                                   .answer_keys = kName,
                                   .answer_parent = "",
                                   .is_about_all = true};
  return {kNames, api, log};
}

EntityLookup EntityLookup::vlan_ids_of_networks(ApiClient& api, Log& log) {
  static constexpr Question kVlanIds{.what = "VLAN ids of L2 networks",
                                     .path = "/entities/fetch",
                                     .request_list = "entity_ids",
                                     .answer_list = "results",
                                     .answer_keys = kVlanId,
                                     .answer_parent = "entity",
                                     .is_about_all = false};
  return {kVlanIds, api, log};
}

EntityLookup EntityLookup::details_of_vms(ApiClient& api, Log& log) {
  static constexpr Question kDetails{.what = "types, vCenter ids and regions of VMs",
                                     .path = "/entities/fetch",
                                     .request_list = "entity_ids",
                                     .answer_list = "results",
                                     .answer_keys = kVmDetails,
                                     .answer_parent = "entity",
                                     .is_about_all = true};
  return {kDetails, api, log};
}

EntityLookup::EntityLookup(const Question& question, ApiClient& api, Log& log)
    : question_(question), api_(api), log_(log), cache_(kMaxCachedEntries, kMaxCachedBytes) {}

bool EntityLookup::begin(std::span<const EntityReference> entities, BegunQuestions& begun) {
  if (failures_in_a_row_ > 0) return true;
  // Questions that were begun before are not dropped until they are found below: dropping them
  // breaks them off.
  const BegunQuestions before = std::exchange(begun, {});
  std::erase_if(begun_, [](const auto& question) { return question.expired(); });
  std::vector<EntityReference> unknown;
  for (const EntityReference& entity : entities) {
    if (cache_.find(entity.id) != nullptr) continue;
    const std::shared_ptr<Begun> known = begun_about(entity.id);
    if (!known) {
      if (unknown.size() < kMaxEntitiesPerCall) unknown.push_back(entity);
    } else if (std::ranges::find(begun, known) == begun.end()) {
      begun.push_back(known);
    }
  }
  if (unknown.empty()) return true;
  if (!api_.can_begin()) return false;
  const auto question = std::make_shared<Begun>();
  for (const EntityReference& entity : unknown) question->ids.emplace(entity.id);
  question->call.emplace(call_about(unknown));
  begun_.emplace_back(question);
  begun.push_back(question);
  return api_.begin(*question->call);
}

std::shared_ptr<EntityLookup::Begun> EntityLookup::begun_about(std::string_view id) const {
  const std::string key(id);
  for (const std::weak_ptr<Begun>& begun : begun_) {
    if (std::shared_ptr<Begun> question = begun.lock();
        question && question->call && question->ids.contains(key))
      return question;
  }
  return nullptr;
}

bool EntityLookup::take_begun(std::span<const EntityReference> entities) {
  for (const EntityReference& entity : entities) {
    if (begun_.empty()) return true;
    const std::shared_ptr<Begun> question = begun_about(entity.id);
    if (!question) continue;
    PendingCall call = *std::exchange(question->call, std::nullopt);
    std::erase_if(begun_, [&](const auto& begun) { return begun.lock() == question; });
    const CallOutcome outcome = take_answer(std::move(call));
    if (!outcome && outcome.problem().is_refusal()) {
      // The others may have met the same moment, which must not count as several failures in a row.
      for (const std::weak_ptr<Begun>& begun : begun_) {
        if (const std::shared_ptr<Begun> other = begun.lock()) other->call.reset();
      }
      begun_.clear();
      record_failure(outcome.problem().error.what());
      return false;
    }
    // What this leaves open is asked in the usual way, in parts if need be.
    if (!outcome || !has_answer_to(question->ids)) continue;
    failures_in_a_row_ = 0;
    for (const std::string& id : question->ids) remember(id);
  }
  return true;
}

std::vector<std::string_view> EntityLookup::look_up(std::span<const EntityReference> entities,
                                                    FlowBatch& batch) {
  std::vector<std::string_view> answers(entities.size());
  std::vector<EntityReference> unknown;
  std::vector<std::size_t> places_of_unknown;
  is_complete_ = true;
  const bool may_ask = take_begun(entities);
  for (std::size_t i = 0; i < entities.size(); ++i) {
    if (const std::string* const text = cache_.find(entities[i].id)) {
      answers[i] = batch.copy(*text);
    } else {
      unknown.push_back(entities[i]);
      places_of_unknown.push_back(i);
    }
  }
  if (may_ask) ask(unknown);
  for (const std::size_t place : places_of_unknown) {
    if (const auto found = fresh_.find(std::string(entities[place].id)); found != fresh_.end())
      answers[place] = batch.copy(found->second);
  }
  fresh_.clear();
  return answers;
}

void EntityLookup::ask(std::span<const EntityReference> entities) {
  if (!entities.empty() && failures_in_a_row_ >= kMaxFailuresInARow) is_complete_ = false;
  while (!entities.empty() && failures_in_a_row_ < kMaxFailuresInARow) {
    const auto part = entities.first(std::min(entities.size(), kMaxEntitiesPerCall));
    entities = entities.subspan(part.size());
    std::vector<EntityReference> failing;
    has_empty_answer_ = false;
    const CallOutcome outcome = call_in_parts<EntityReference>(
        part, failing, [this](std::span<const EntityReference> some) { return ask_once(some); });
    if (!outcome) return record_failure(outcome.problem().error.what());
    if (has_empty_answer_) {
      record_failure(fmt::format("POST {}: an answer says nothing of any that it was asked for",
                                 question_.path));
    } else {
      failures_in_a_row_ = 0;
    }
    for (const EntityReference& entity : failing) cache_.insert(entity.id, {});
  }
}

CallOutcome EntityLookup::ask_once(std::span<const EntityReference> entities) {
  CallOutcome outcome = take_answer(PendingCall(call_about(entities)));
  if (!outcome) return outcome;
  std::unordered_set<std::string> ids;
  for (const EntityReference& entity : entities) ids.emplace(entity.id);
  if (!has_answer_to(ids)) {
    has_empty_answer_ = true;
    return outcome;
  }
  for (const std::string& id : ids) remember(id);
  return outcome;
}

ApiCall EntityLookup::call_about(std::span<const EntityReference> entities) const {
  return {.method = "POST",
          .path = question_.path,
          .body = request_body(entities),
          .is_optional = true};
}

CallOutcome EntityLookup::take_answer(PendingCall call) {
  return api_.try_call(std::move(call), [this](std::string& body) { return read_answer(body); });
}

bool EntityLookup::has_answer_to(const std::unordered_set<std::string>& ids) const {
  if (ids.size() < kFewestToKnow) return true;
  if (!question_.is_about_all) return has_records_;
  return std::ranges::any_of(ids, [this](const std::string& id) { return fresh_.contains(id); });
}

void EntityLookup::remember(const std::string& id) {
  const auto answer = fresh_.find(id);
  cache_.insert(id, answer == fresh_.end() ? std::string_view() : std::string_view(answer->second));
}

std::string EntityLookup::request_body(std::span<const EntityReference> entities) const {
  std::string body;
  JsonObjectWriter request(body);
  request.key(question_.request_list);
  append_json_list(body, entities, [&](const EntityReference& entity) {
    JsonObjectWriter element(body);
    element.text("entity_id", entity.id);
    if (!entity.type.empty()) element.text("entity_type", entity.type);
    element.end();
  });
  request.end();
  return body;
}

BodyOutcome EntityLookup::read_answer(std::string& body) {
  JsonRecords answer(question_.answer_list, kMaxEntitiesPerCall);
  if (JsonOutcome read = read_records(body, answer); !read) return read;
  const bool has_results = answer.size() + answer.unreadable() > 0;
  const ErrorMembers error = error_members_of(answer);
  if (error.refute(has_results)) return error.outcome();
  if (!answer.has_list()) {
    return BodyOutcome::foreign(
        fmt::format("the answer has no list \"{}\"", question_.answer_list));
  }
  has_records_ = answer.size() > 0;
  for (std::size_t i = 0; i < answer.size(); ++i) {
    std::string text = texts_of(answer, i);
    if (!text.empty())
      fresh_.insert_or_assign(std::string(answer.text_of(i, "entity_id")), std::move(text));
  }
  return BodyOutcome::success();
}

std::string EntityLookup::texts_of(const JsonRecords& answer, std::size_t element) const {
  std::string texts;
  bool has_any = false;
  for (const std::string_view& key : question_.answer_keys) {
    if (&key != &question_.answer_keys.front()) texts += kSeparator;
    std::string_view text = answer.text_of(element, key, question_.answer_parent);
    if (text.empty()) text = answer.text_of(element, key);
    if (text.empty() || text.find(kSeparator) != std::string_view::npos) continue;
    texts += text;
    has_any = true;
  }
  return has_any ? texts : std::string();
}

void EntityLookup::record_failure(std::string_view reason) {
  ++failures_in_a_row_;
  is_complete_ = false;
  if (std::exchange(is_reported_, true)) return;
  log_.warning(LogEvent::NamesUnknown,
               fmt::format("the {} are not all known: {}", question_.what, reason));
}

void resolve_names(std::span<std::string_view* const> ids, const DistinctEntities& entities,
                   EntityLookup& names, FlowBatch& batch) {
  const std::vector<std::string_view> answers = names.look_up(entities.entities, batch);
  for (std::size_t i = 0; i < ids.size(); ++i) {
    const std::string_view name = answers[entities.places[i]];
    if (!name.empty()) *ids[i] = name;
  }
}

namespace {

/// In the order of kVmDetails.
[[nodiscard]] std::span<const FlowField> detail_fields_of(FlowField vm) noexcept {
  static constexpr FlowField kSource[] = {FlowField::SourceVmType, FlowField::SourceVmVcenterId,
                                          FlowField::SourceVmRegion};
  static constexpr FlowField kDestination[] = {FlowField::DestinationVmType,
                                               FlowField::DestinationVmVcenterId,
                                               FlowField::DestinationVmRegion};
  return vm == FlowField::SourceVm ? std::span<const FlowField>(kSource) : kDestination;
}

}  // namespace

void resolve_vlans(std::span<const FieldReference> references, const DistinctEntities& networks,
                   EntityLookup& vlan_ids, FlowBatch& batch) {
  const std::vector<std::string_view> answers = vlan_ids.look_up(networks.entities, batch);
  for (std::size_t i = 0; i < references.size(); ++i) {
    const std::string_view vlan_id = answers[networks.places[i]];
    if (vlan_id.empty() || !std::ranges::all_of(vlan_id, is_digit)) continue;
    batch.flows[references[i].flow].set_text(references[i].field, vlan_id);
  }
}

void resolve_vms(std::span<const FieldReference> references, const DistinctEntities& vms,
                 EntityLookup& details, FlowBatch& batch) {
  const std::vector<std::string_view> answers = details.look_up(vms.entities, batch);
  for (std::size_t i = 0; i < references.size(); ++i) {
    const FieldReference& reference = references[i];
    Flow& flow = batch.flows[reference.flow];
    std::string_view rest = answers[vms.places[i]];
    const bool has_answer = !rest.empty();
    for (const FlowField field : detail_fields_of(reference.field)) {
      const std::size_t end = std::min(rest.find(kSeparator), rest.size());
      const std::string_view text = rest.substr(0, end);
      rest.remove_prefix(std::min(end + 1, rest.size()));
      if (!text.empty()) flow.set_text(field, text);
    }
    if (!has_answer && !reference.entity.type.empty())
      flow.set_text(detail_fields_of(reference.field).front(), reference.entity.type);
  }
}

}  // namespace vrni2syslog
