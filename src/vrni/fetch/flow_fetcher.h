#pragma once

#include "base/log.h"
#include "flow/flow.h"
#include "vrni/api/api_client.h"
#include "vrni/api/search_hit.h"
#include "vrni/fetch/entity_lookup.h"
#include "vrni/fetch/flow_page.h"
#include "vrni/metrics/flow_metrics.h"

#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

namespace vrni2syslog {

/// Turns the hits of a search into flows: fetches them in bulk, asks for the names that they lack,
/// and adds details of VMs and counters if these are asked for.
class FlowFetcher {
 public:
  /// `api` and `log` must outlive it. `extra_fields` are those that are asked for beside the flows:
  /// counters, and details of VMs, which are all asked for together.
  FlowFetcher(ApiClient& api, Log& log, const std::vector<FlowField>& extra_fields = {});

  /// Appends one flow to the batch for each hit, in the order of the hits, whose ids must differ.
  /// If the version of a hit is gone, its present version takes its place (Flow::version_time is
  /// not Flow::listed_time then); if there is none either, the flow has nothing but what the search
  /// said (Flow::is_partial). The same happens to a version that the platform fails on, with a
  /// warning, if these are few: failed() counts them. `begun` is the call that begin() made for the
  /// same hits. Throws Error(Data) if not one of the hits that are fetched together can be had, and
  /// what ApiClient::call() throws.
  void fetch(std::span<const SearchHit> hits, FlowBatch& batch,
             std::optional<PendingCall> begun = std::nullopt);

  /// Sends the call that fetches these hits, kMaxEntitiesPerCall at most, in the background, if the
  /// platform is ready for one more. Makes the call if `fetch` has none yet; returns whether it was
  /// sent.
  bool begin(std::span<const SearchHit> hits, std::optional<PendingCall>& fetch);

  /// How many flows were handed on without their content, or with that of another version, because
  /// the platform fails on them. It may have it.
  [[nodiscard]] std::uint64_t failed() const noexcept { return failed_; }
  /// FlowMetrics::without().
  [[nodiscard]] std::uint64_t without_metrics() const noexcept { return metrics_.without(); }

 private:
  void fetch_part(std::span<const SearchHit> hits, FlowBatch& batch);
  void fetch_present_versions(std::span<const SearchHit> hits, FlowBatch& batch);
  /// Those of the hits that have no flow yet.
  [[nodiscard]] std::vector<SearchHit> missing_of(std::span<const SearchHit> hits) const;
  /// Fetches hits in one call, or in parts. Sets failing_ and reason_; fails if too many of the
  /// hits cannot be had.
  [[nodiscard]] CallOutcome fetch_in_parts(std::span<const SearchHit> hits, FlowBatch& batch);
  [[nodiscard]] CallOutcome fetch_once(std::span<const SearchHit> hits, FlowBatch& batch);
  /// A platform that gives none of the flows that it has just found has a fault; it has not lost
  /// them.
  void throw_if_all_are_missing(std::size_t hits) const;
  /// Adds to failing_ those of the versions on which the platform failed that are not among the
  /// flows.
  void add_failing(const std::vector<SearchHit>& failing_versions, std::span<const Flow> flows);
  void record_failing();
  /// Moves the flows of page_ to their places.
  void take_page(FlowBatch& batch);
  void report_left_out();

  ApiClient& api_;
  Log& log_;
  EntityLookup names_;
  EntityLookup vlan_ids_;
  EntityLookup vm_details_;
  FlowMetrics metrics_;
  std::optional<PendingCall> begun_;  ///< the first call of a fetch(), until it is awaited
  FlowPage page_;
  std::unordered_map<std::string_view, std::size_t>
      missing_;                     ///< ids of hits without a flow, and their places in the batch
  std::vector<SearchHit> failing_;  ///< on which the platform failed in the last fetch_in_parts()
  std::string reason_;              ///< of the last call that failed for these hits
  std::uint64_t failed_ = 0;
  bool has_reported_failing_ = false;
  bool has_reported_left_out_ = false;
};

}  // namespace vrni2syslog
