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

/// Turns what a search found into flows: bulk fetch, the names that the entities lack, and counters
/// where they are asked for.
class FlowFetcher {
 public:
  /// `counters` as FlowMetrics has them. The others must outlive it.
  FlowFetcher(ApiClient& api, Log& log, const std::vector<FlowField>& counters = {});

  /// Appends one flow to the batch for each hit, in the order of the hits, whose ids must differ. A
  /// version that is gone is replaced by the current one, and a flow of which there is none by what
  /// the search said of it (Flow::is_partial); so is one of a few that the platform fails on, with
  /// a warning. Throws Error(Data) where the platform knows none of many hits, and what
  /// ApiClient::call() throws.
  /// `begun` is what begin() made for the same hits.
  void fetch(std::span<const SearchHit> hits, FlowBatch& batch,
             std::optional<PendingCall> begun = std::nullopt);

  /// Sends the call that fetches these hits, kMaxEntitiesPerCall at most, in the background, if the
  /// platform is ready for one more. Makes the call if `fetch` has none yet; returns whether it was
  /// sent.
  bool begin(std::span<const SearchHit> hits, std::optional<PendingCall>& fetch);

  /// How many flows were handed on with nothing but their identity.
  [[nodiscard]] std::uint64_t partial() const noexcept { return partial_; }
  /// FlowMetrics::without().
  [[nodiscard]] std::uint64_t without_metrics() const noexcept { return metrics_.without(); }

 private:
  enum class Version : std::uint8_t { OfTheHit, Current };

  void fetch_part(std::span<const SearchHit> hits, FlowBatch& batch);
  /// Asks for the hits that are not there yet. Fails if too many of them cannot be had.
  [[nodiscard]] CallOutcome fetch_missing(std::span<const SearchHit> hits, Version version,
                                          FlowBatch& batch);
  [[nodiscard]] CallOutcome fetch_once(std::span<const SearchHit> hits, Version version,
                                       FlowBatch& batch);
  /// A platform that answers with nothing has not lost all its flows: it has a fault.
  void throw_if_all_are_missing(std::size_t hits) const;
  void report_failing(const std::vector<SearchHit>& failing, const std::string& reason);
  /// Moves the flows of page_ to their places.
  void take_page(FlowBatch& batch);
  void report_left_out();

  ApiClient& api_;
  Log& log_;
  EntityLookup names_;
  EntityLookup vlan_ids_;
  FlowMetrics metrics_;
  std::optional<PendingCall> begun_;  ///< the first call of a fetch(), until it is awaited
  FlowPage page_;
  std::unordered_map<std::string_view, std::size_t>
      missing_;  ///< ids of hits without a flow, and their places in the batch
  std::uint64_t partial_ = 0;
  bool has_reported_failing_ = false;
  bool has_reported_left_out_ = false;
};

}  // namespace vrni2syslog
