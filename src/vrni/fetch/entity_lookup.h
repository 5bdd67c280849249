#pragma once

#include "base/log.h"
#include "base/outcome.h"
#include "flow/flow.h"
#include "json/records.h"
#include "vrni/api/api_client.h"
#include "vrni/fetch/bounded_cache.h"
#include "vrni/fetch/flow_page.h"

#include <cstddef>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <unordered_map>
#include <unordered_set>
#include <vector>

namespace vrni2syslog {

/// The entities that references mean, each once: flows refer to few, again and again.
struct DistinctEntities {
  std::vector<EntityReference> entities;
  std::vector<std::size_t> places;  ///< of what each reference means, in `entities`
};

/// Of texts that are ids: FlowPage::unnamed.
[[nodiscard]] DistinctEntities distinct_entities(std::span<std::string_view* const> ids);
[[nodiscard]] DistinctEntities distinct_entities(std::span<const FieldReference> references);

/// Answers one question about entities, and remembers the answers. If the platform cannot answer,
/// no run fails: there is one warning, and it is asked again with the next batch. After
/// kMaxFailuresInARow failures it is not asked any more.
class EntityLookup {
 public:
  static constexpr int kMaxFailuresInARow = 3;

  /// A question that was asked in the background: begin(). Dropping it breaks it off.
  struct Begun {
    std::unordered_set<std::string> ids;  ///< of the entities that it is about
    std::optional<PendingCall> call;      ///< until look_up() has taken the answer

    /// Whether look_up() need not wait for the answer.
    [[nodiscard]] bool is_answered() const {
      return !call || !call->is_begun() || call->is_answered();
    }
  };
  using BegunQuestions = std::vector<std::shared_ptr<Begun>>;

  // `api` and `log` must outlive the lookup.
  /// POST /entities/names: the names of entities of any type.
  [[nodiscard]] static EntityLookup names_of_entities(ApiClient& api, Log& log);
  /// POST /entities/fetch: the VLAN ids of L2 networks.
  [[nodiscard]] static EntityLookup vlan_ids_of_networks(ApiClient& api, Log& log);
  /// POST /entities/fetch: type, vCenter's id and region of VMs, as resolve_vms() takes them.
  [[nodiscard]] static EntityLookup details_of_vms(ApiClient& api, Log& log);

  /// Asks in the background about those of `entities`, each of which comes once, that are not
  /// known, as far as nobody has done so, kMaxEntitiesPerCall at most. Sets `begun`, which may hold
  /// the questions of an earlier call for the same entities, to those whose answers will tell of
  /// them. Returns false if the platform is not ready for one more call now. While it fails to
  /// answer, nothing is asked ahead.
  [[nodiscard]] bool begin(std::span<const EntityReference> entities, BegunQuestions& begun);

  /// The answer for each of `entities`, each of which comes once; empty if there is none. Takes
  /// those that were begun. The texts are in the batch. Throws what ApiClient throws if the
  /// platform is out of reach.
  [[nodiscard]] std::vector<std::string_view> look_up(std::span<const EntityReference> entities,
                                                      FlowBatch& batch);
  /// Whether the platform could be asked about all entities of the last look_up().
  [[nodiscard]] bool is_complete() const noexcept { return is_complete_; }

 private:
  struct Question;

  EntityLookup(const Question& question, ApiClient& api, Log& log);

  /// Takes the answers to the questions that were begun about any of these entities. Returns
  /// whether to ask about those that are still unknown: not if the platform refuses such questions.
  [[nodiscard]] bool take_begun(std::span<const EntityReference> entities);
  void ask(std::span<const EntityReference> entities);
  [[nodiscard]] CallOutcome ask_once(std::span<const EntityReference> entities);
  [[nodiscard]] ApiCall call_about(std::span<const EntityReference> entities) const;
  [[nodiscard]] CallOutcome take_answer(PendingCall call);
  /// Remembers what the last answer said, or did not say, of an entity.
  void remember(const std::string& id);
  /// Whether the last answer, to a question about these entities, says anything of them, or may say
  /// nothing because they are few.
  [[nodiscard]] bool has_answer_to(const std::unordered_set<std::string>& ids) const;
  /// Null if no question about it is begun.
  [[nodiscard]] std::shared_ptr<Begun> begun_about(std::string_view id) const;
  [[nodiscard]] std::string request_body(std::span<const EntityReference> entities) const;
  [[nodiscard]] BodyOutcome read_answer(std::string& body);
  /// The texts of an element of the answer, joined; empty if it has none of them.
  [[nodiscard]] std::string texts_of(const JsonRecords& answer, std::size_t element) const;
  void record_failure(std::string_view reason);

  const Question& question_;  ///< a constant of the program
  ApiClient& api_;
  Log& log_;
  BoundedCache cache_;  ///< an empty text means that there is no answer
  std::unordered_map<std::string, std::string> fresh_;  ///< answers of the calls for one batch
  std::vector<std::weak_ptr<Begun>> begun_;
  bool has_records_ = false;       ///< the last answer listed an entity
  bool has_empty_answer_ = false;  ///< one of those to the last batch said nothing of many
  int failures_in_a_row_ = 0;
  bool is_complete_ = true;
  bool is_reported_ = false;
};

// What the references mean is given beside them: distinct_entities().
/// Replaces ids by names: FlowPage::unnamed. An id without a name stays.
void resolve_names(std::span<std::string_view* const> ids, const DistinctEntities& entities,
                   EntityLookup& names, FlowBatch& batch);
/// Sets the VLAN ids of flows that are numbers: FlowPage::vlans.
void resolve_vlans(std::span<const FieldReference> references, const DistinctEntities& networks,
                   EntityLookup& vlan_ids, FlowBatch& batch);
/// Sets type, vCenter's id and region of the VMs of flows: FlowPage::vms. Without an answer, the
/// type is that of the reference.
void resolve_vms(std::span<const FieldReference> references, const DistinctEntities& vms,
                 EntityLookup& details, FlowBatch& batch);

}  // namespace vrni2syslog
