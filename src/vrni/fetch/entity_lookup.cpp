#include "vrni/fetch/entity_lookup.h"

#include "base/text/ascii.h"
#include "json/records.h"
#include "json/writer.h"
#include "vrni/api/call_in_parts.h"

#include <fmt/format.h>

#include <algorithm>

namespace vrni2syslog {
namespace {

constexpr std::size_t kMaxCachedEntries = 100'000;
constexpr std::size_t kMaxCachedBytes = 8U * 1024 * 1024;
/// A platform that knows none of this many entities has a fault; fewer may all be gone.
constexpr std::size_t kFewestToKnow = 10;

}  // namespace

/// What is asked about many entities at once, and where the answer lies.
struct EntityLookup::Question {
  std::string_view what;          ///< for messages: "names of entities"
  std::string_view path;          ///< operation of the API
  std::string_view request_list;  ///< name of the list in the request
  std::string_view entity_type;   ///< sent along; empty if the operation needs none
  std::string_view answer_list;   ///< name of the list in the answer
  std::string_view answer_key;    ///< name of the text in its elements
  /// The object within the elements that has the key; empty if the elements have it themselves.
  std::string_view answer_parent;
};

EntityLookup EntityLookup::names_of_entities(ApiClient& api, Log& log) {
  static constexpr Question kNames{.what = "names of entities",
                                   .path = "/entities/names",
                                   .request_list = "entities",
                                   .entity_type = "",
                                   .answer_list = "entities",
                                   .answer_key = "name",
                                   .answer_parent = ""};
  return {kNames, api, log};
}

EntityLookup EntityLookup::vlan_ids_of_networks(ApiClient& api, Log& log) {
  static constexpr Question kVlanIds{.what = "VLAN ids of L2 networks",
                                     .path = "/entities/fetch",
                                     .request_list = "entity_ids",
                                     .entity_type = "VlanL2Network",
                                     .answer_list = "results",
                                     .answer_key = "vlan_id",
                                     .answer_parent = "entity"};
  return {kVlanIds, api, log};
}

EntityLookup::EntityLookup(const Question& question, ApiClient& api, Log& log)
    : question_(question), api_(api), log_(log), cache_(kMaxCachedEntries, kMaxCachedBytes) {}

EntityLookup::Answers EntityLookup::look_up(std::span<const std::string_view> ids,
                                            FlowBatch& batch) {
  Answers answers;
  std::vector<std::string_view> unknown;
  for (const std::string_view id : ids) {
    const auto [place, is_new] = answers.try_emplace(id);
    if (!is_new) continue;
    if (const std::string* const text = cache_.find(id)) {
      place->second = batch.copy(*text);
    } else {
      unknown.push_back(id);
    }
  }
  ask(unknown);
  for (const std::string_view id : unknown) {
    if (const auto found = fresh_.find(std::string(id)); found != fresh_.end())
      answers[id] = batch.copy(found->second);
  }
  fresh_.clear();
  std::erase_if(answers, [](const auto& answer) { return answer.second.empty(); });
  return answers;
}

void EntityLookup::ask(std::span<const std::string_view> ids) {
  while (!ids.empty() && failures_in_a_row_ < kMaxFailuresInARow) {
    const auto part = ids.first(std::min(ids.size(), kMaxEntitiesPerCall));
    ids = ids.subspan(part.size());
    std::vector<std::string_view> failing;
    has_empty_answer_ = false;
    const CallOutcome outcome = call_in_parts<std::string_view>(
        part, failing, [this](std::span<const std::string_view> some) { return ask_once(some); });
    if (!outcome) return record_failure(outcome.problem().error.what());
    if (has_empty_answer_) {
      record_failure(fmt::format("POST {}: an answer lists none of those that were asked for",
                                 question_.path));
    } else {
      failures_in_a_row_ = 0;
    }
    for (const std::string_view id : failing) cache_.insert(id, {});
  }
}

CallOutcome EntityLookup::ask_once(std::span<const std::string_view> ids) {
  ApiCall question{
      .method = "POST", .path = question_.path, .body = request_body(ids), .is_optional = true};
  CallOutcome outcome =
      api_.try_call(question, [this](std::string& body) { return read_answer(body); });
  if (!outcome) return outcome;
  if (!has_records_ && ids.size() >= kFewestToKnow) {
    has_empty_answer_ = true;
    return outcome;
  }
  for (const std::string_view id : ids) {
    const auto answer = fresh_.find(std::string(id));
    cache_.insert(id,
                  answer == fresh_.end() ? std::string_view() : std::string_view(answer->second));
  }
  return outcome;
}

std::string EntityLookup::request_body(std::span<const std::string_view> ids) const {
  std::string body;
  JsonObjectWriter request(body);
  request.key(question_.request_list);
  append_json_list(body, ids, [&](std::string_view id) {
    JsonObjectWriter entity(body);
    entity.text("entity_id", id);
    if (!question_.entity_type.empty()) entity.text("entity_type", question_.entity_type);
    entity.end();
  });
  request.end();
  return body;
}

BodyOutcome EntityLookup::read_answer(std::string& body) {
  JsonRecords answer(question_.answer_list, kMaxEntitiesPerCall);
  if (Outcome read = read_records(body, answer); !read) return read;
  if (const ErrorMembers error = error_members_of(answer); error.has_error())
    return error.outcome();
  if (!answer.has_list()) {
    return BodyOutcome::foreign(
        fmt::format("the answer has no list \"{}\"", question_.answer_list));
  }
  has_records_ = answer.size() > 0;
  for (std::size_t i = 0; i < answer.size(); ++i) {
    const std::string_view text = answer.text_of(i, question_.answer_key, question_.answer_parent);
    if (!text.empty())
      fresh_.insert_or_assign(std::string(answer.text_of(i, "entity_id")), std::string(text));
  }
  return BodyOutcome::success();
}

void EntityLookup::record_failure(std::string_view reason) {
  ++failures_in_a_row_;
  if (std::exchange(is_reported_, true)) return;
  log_.warning(fmt::format("the {} are not all known: {}", question_.what, reason));
}

void resolve_names(std::span<std::string_view* const> ids, EntityLookup& names, FlowBatch& batch) {
  if (ids.empty()) return;
  std::vector<std::string_view> asked;
  asked.reserve(ids.size());
  for (const std::string_view* const id : ids) asked.push_back(*id);
  const EntityLookup::Answers answers = names.look_up(asked, batch);
  for (std::string_view* const id : ids) {
    if (const auto name = answers.find(*id); name != answers.end()) *id = name->second;
  }
}

void resolve_vlans(std::span<const VlanReference> references, std::span<Flow> flows,
                   EntityLookup& vlan_ids, FlowBatch& batch) {
  if (references.empty()) return;
  std::vector<std::string_view> ids;
  ids.reserve(references.size());
  for (const VlanReference& reference : references) ids.push_back(reference.network_id);
  const EntityLookup::Answers answers = vlan_ids.look_up(ids, batch);
  for (const VlanReference& reference : references) {
    const auto vlan_id = answers.find(reference.network_id);
    if (vlan_id == answers.end() || !std::ranges::all_of(vlan_id->second, is_digit)) continue;
    flows[reference.flow].set(reference.field, batch.single(vlan_id->second));
  }
}

}  // namespace vrni2syslog
