#pragma once

#include "base/log.h"
#include "base/outcome.h"
#include "flow/flow.h"
#include "vrni/api/api_client.h"
#include "vrni/fetch/bounded_cache.h"
#include "vrni/fetch/flow_page.h"

#include <span>
#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

namespace vrni2syslog {

/// A question about many entities at once, and where the answer to it lies.
struct EntityQuestion {
  std::string_view what;          ///< for messages: "names of entities"
  std::string_view path;          ///< operation of the API
  std::string_view request_list;  ///< name of the list in the request
  std::string_view entity_type;   ///< sent along; empty if the operation needs none
  std::string_view answer_list;   ///< name of the list in the answer
  std::string_view answer_key;    ///< name of the text in its elements
  /// The object within the elements that has the key; empty if the elements have it themselves.
  std::string_view answer_parent;
};

/// POST /entities/names: the names of entities of any type.
inline constexpr EntityQuestion kNamesOfEntities{
    .what = "names of entities",
    .path = "/entities/names",
    .request_list = "entities",
    .entity_type = "",
    .answer_list = "entities",
    .answer_key = "name",
    .answer_parent = "",
};

/// POST /entities/fetch: the VLAN ids of L2 networks.
inline constexpr EntityQuestion kVlanIdsOfNetworks{
    .what = "VLAN ids of L2 networks",
    .path = "/entities/fetch",
    .request_list = "entity_ids",
    .entity_type = "VlanL2Network",
    .answer_list = "results",
    .answer_key = "vlan_id",
    .answer_parent = "entity",
};

/// Answers one question about entities, and remembers the answers. If the platform cannot answer,
/// no run fails: there is one warning. A platform that rejects or forbids the question as such, or
/// answers it with nonsense, is not asked again.
class EntityLookup {
 public:
  using Answers = std::unordered_map<std::string_view, std::string_view>;

  EntityLookup(const EntityQuestion& question, ApiClient& api, Log& log);

  /// The answers for those of `ids` that have one. The keys are views of `ids`, the texts are in
  /// the batch. Throws what ApiClient throws if the platform is out of reach.
  [[nodiscard]] Answers look_up(std::span<const std::string_view> ids, FlowBatch& batch);

 private:
  void ask(std::span<const std::string_view> ids);
  [[nodiscard]] CallOutcome ask_once(std::span<const std::string_view> ids);
  [[nodiscard]] std::string request_body(std::span<const std::string_view> ids) const;
  [[nodiscard]] Outcome read_answer(std::string& body);
  void report(const ApiFailure& failure);

  const EntityQuestion question_;
  ApiClient& api_;
  Log& log_;
  BoundedCache cache_;  ///< an empty text means that there is no answer
  std::unordered_map<std::string, std::string> fresh_;  ///< answers of the calls for one batch
  bool is_refused_ = false;
  bool is_reported_ = false;
};

/// Replaces ids by names: FlowPage::unnamed. An id without a name stays.
void resolve_names(std::span<std::string_view* const> ids, EntityLookup& names, FlowBatch& batch);
/// Sets the VLAN ids of flows that are numbers: FlowPage::vlans.
void resolve_vlans(std::span<const VlanReference> references, std::span<Flow> flows,
                   EntityLookup& vlan_ids, FlowBatch& batch);

}  // namespace vrni2syslog
