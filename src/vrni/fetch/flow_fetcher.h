#pragma once

#include "base/log.h"
#include "flow/flow.h"
#include "vrni/api/api_client.h"
#include "vrni/api/search_hit.h"
#include "vrni/fetch/entity_lookup.h"
#include "vrni/fetch/flow_page.h"
#include "vrni/fetch/missing_flows.h"
#include "vrni/metrics/flow_metrics.h"
#include "vrni/versions/flow_versions.h"

#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

namespace vrni2syslog {

/// The place of a version that is about to be kept.
inline constexpr VersionPlace kComingPlace = -1;

/// The fetch of some hits, as far as FlowFetcher has come with it.
struct FlowFetch {
  /// Where the version of each hit is kept, as FlowVersions::find() says, or kComingPlace. As
  /// planned, at most kMaxEntitiesPerCall are neither.
  std::vector<VersionPlace> places{};
  bool needs_call = true;             ///< not all of them are kept
  std::optional<PendingCall> call{};  ///< for those that are not

  // Once the flows were read into a batch:
  std::size_t first_flow = 0;      ///< in the batch; as many follow as there are hits
  std::vector<SearchHit> asked{};  ///< the hits that were not kept
  /// Texts in the batch, of flows that were not kept, which are the id of an entity in the place of
  /// its name.
  std::vector<std::string_view*> unnamed{};
  std::vector<FieldReference> vlans{};  ///< of the same flows, by their place in the batch
  std::vector<FieldReference> vms{};
  // What these mean:
  DistinctEntities unnamed_entities{};
  DistinctEntities vlan_networks{};
  DistinctEntities vm_entities{};
  bool has_begun_questions = false;  ///< about all these and counters, as far as need be
  bool has_begun_names = false;      ///< the same without counters
  EntityLookup::BegunQuestions about_names{};
  EntityLookup::BegunQuestions about_vlans{};
  EntityLookup::BegunQuestions about_vms{};
  FlowMetrics::Questions about_counters{};

  /// Whether the call is under way, or none is needed.
  [[nodiscard]] bool is_begun() const { return !needs_call || (call && call->is_begun()); }
  /// Whether it was begun, and FlowFetcher::read() need not wait for the call.
  [[nodiscard]] bool is_answered() const { return !needs_call || (call && call->is_answered()); }
  /// Whether FlowFetcher::finish() need not wait for questions that were begun.
  [[nodiscard]] bool has_answers() const;
};

/// The most flows that are read together, a few megabytes: those that one call fetches, and those
/// between them whose versions are kept. If most are, a page of a search makes four fetches, and
/// not ten.
inline constexpr std::size_t kMaxFlowsOfFetch = 2500;

/// Ids and times of flows whose fetches are not finished.
using ComingVersions = std::unordered_multimap<std::string_view, UnixSeconds>;

/// Turns the hits of a search into flows: fetches in bulk those whose versions are not kept, asks
/// for the names that they lack, and adds details of VMs and counters if these are asked for.
class FlowFetcher {
 public:
  /// `api`, `log` and `versions` must outlive it. `extra_fields` are those that are asked for
  /// beside the flows: counters, and details of VMs, which are all asked for together. `versions`
  /// is null if none are kept.
  FlowFetcher(ApiClient& api, Log& log, const std::vector<FlowField>& extra_fields = {},
              FlowVersions* versions = nullptr);

  /// Appends one flow to the batch for each hit, in the order of the hits, whose ids must differ.
  /// If the version of a hit is gone, its present version takes its place (Flow::version_time is
  /// not Flow::listed_time then); if there is none either, the flow has nothing but what the search
  /// said (Flow::is_partial). The same happens to a version that the platform fails on, with a
  /// warning, if these are few: failed() counts them. Does what read() and finish() do. Throws
  /// Error(Data) if not one of the hits that are fetched together can be had, and what
  /// ApiClient::call() throws.
  void fetch(std::span<const SearchHit> hits, FlowBatch& batch);

  /// Looks which of the hits are kept, and plans the fetches of all: each is of as many of the next
  /// hits as it has places, kMaxFlowsOfFetch at most, and takes one call, or none. Hits that are
  /// `coming` with another unit are left out of that call, if they are likely to be kept by the
  /// time they are read: read() looks for them once more, and asks for those that are not.
  [[nodiscard]] std::vector<FlowFetch> plan_fetches(std::span<const SearchHit> hits,
                                                    const ComingVersions& coming = {}) const;
  /// Sends the call of a fetch, which was planned for these hits, in the background, if the
  /// platform is ready for one more. Returns whether it was sent, or none is needed.
  bool begin(std::span<const SearchHit> hits, FlowFetch& fetch);
  /// The first part of fetch(), for the hits of one that was planned: appends their flows to the
  /// batch. Throws what fetch() throws.
  void read(std::span<const SearchHit> hits, FlowBatch& batch, FlowFetch& fetch);
  /// Asks in the background for what finish() will need for the flows that read() has appended.
  /// Returns whether no more is to be asked; if the platform is not ready for one more call, it is
  /// not.
  bool begin_questions(const FlowBatch& batch, FlowFetch& fetch);
  /// The rest of fetch() for what was read: names, details of VMs and counters. Throws what
  /// ApiClient::call() throws.
  void finish(FlowBatch& batch, FlowFetch& fetch);

  /// How many flows were handed on without their content, or with that of another version, because
  /// the platform fails on them. It may have it.
  [[nodiscard]] std::uint64_t failed() const noexcept { return failed_; }
  /// FlowMetrics::without().
  [[nodiscard]] std::uint64_t without_metrics() const noexcept { return metrics_.without(); }

 private:
  /// Where the versions of the hits are kept, or kComingPlace.
  [[nodiscard]] std::vector<VersionPlace> places_of(std::span<const SearchHit> hits,
                                                    const ComingVersions& coming) const;
  /// Looks once more for those that were coming.
  void find_come(std::span<const SearchHit> hits, std::span<VersionPlace> places) const;
  /// Sets the flows of the hits whose versions are kept, which are missing no more.
  void take_kept(std::span<const SearchHit> hits, std::span<const VersionPlace> places,
                 FlowBatch& batch);
  /// Keeps the versions of those of the flows that the platform was asked for.
  void keep(std::span<const SearchHit> asked, std::span<const Flow> flows);
  /// Whether the platform could be asked for all that the last flows refer to.
  [[nodiscard]] bool has_all_names() const noexcept;
  [[nodiscard]] VmDetails vm_details() const noexcept {
    return page_.is_with_vms ? VmDetails::With : VmDetails::Without;
  }
  /// Fetches those of the hits that are not kept. Returns those of them on which the platform
  /// fails.
  [[nodiscard]] std::vector<SearchHit> fetch_listed(std::span<const SearchHit> hits,
                                                    FlowBatch& batch, FlowFetch& fetch);
  void fetch_present_versions(std::span<const SearchHit> hits, FlowBatch& batch);
  /// Fetches hits in as few calls as possible, or in parts. Adds to failing_, and sets reason_;
  /// fails if too many of the hits cannot be had.
  [[nodiscard]] CallOutcome fetch_in_parts(std::span<const SearchHit> hits, FlowBatch& batch);
  [[nodiscard]] CallOutcome fetch_once(std::span<const SearchHit> hits, FlowBatch& batch);
  /// A platform that gives none of the flows that it has just found has a fault; it has not lost
  /// them. `asked` of the `hits` were not kept.
  void throw_if_all_are_missing(std::size_t asked, std::size_t hits) const;
  /// Adds to failing_ those of the versions on which the platform failed that are not among the
  /// flows.
  void add_failing(const std::vector<SearchHit>& failing_versions, std::span<const Flow> flows);
  void record_failing();
  /// Moves the flows of page_ to their places.
  void take_page(FlowBatch& batch);
  void report_left_out();

  ApiClient& api_;
  Log& log_;
  FlowVersions* versions_;
  EntityLookup names_;
  EntityLookup vlan_ids_;
  EntityLookup vm_details_;
  FlowMetrics metrics_;
  /// A thousand if counters are asked for, since their calls are about a thousand flows each.
  std::size_t most_flows_of_fetch_;
  std::optional<PendingCall> begun_;  ///< the first call of a read(), until it is awaited
  FlowFetch* reading_ = nullptr;      ///< during a read()
  FlowPage page_;
  MissingFlows missing_;            ///< during a read()
  std::vector<SearchHit> failing_;  ///< on which the platform failed
  std::string reason_;              ///< of the last call that failed for these hits
  std::uint64_t failed_ = 0;
  bool has_reported_failing_ = false;
  bool has_reported_left_out_ = false;
};

}  // namespace vrni2syslog
