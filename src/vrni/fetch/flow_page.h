#pragma once

#include "flow/flow.h"
#include "vrni/api/api_call.h"
#include "vrni/api/call_in_parts.h"

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

namespace vrni2syslog {

/// An entity of the platform: its id, and its type as the API calls it, empty if it is not known.
struct EntityReference {
  std::string_view id;
  std::string_view type;
};

/// A field that only another entity knows, to which the flow refers.
struct FieldReference {
  std::size_t flow;  ///< index in FlowPage::flows
  FlowField field;
  EntityReference entity;
};

/// What an answer of POST /entities/fetch brought, in the order of the answer.
struct FlowPage {
  std::vector<Flow> flows;
  /// Texts of flows, in the batch, that are the id of an entity in the place of its name, which
  /// the answer does not tell.
  std::vector<std::string_view*> unnamed;
  /// SourceVlanId and DestinationVlanId, which the L2 networks know.
  std::vector<FieldReference> vlans;
  bool is_with_vms = false;         ///< whether `vms` is filled; stays as it is
  std::vector<FieldReference> vms;  ///< SourceVm and DestinationVm
  std::uint64_t left_out = 0;       ///< how many values had a shape that cannot be put into words
  std::string_view left_out_name;   ///< property of the first of them

  void clear();
};

/// Reads the flows out of an answer of POST /entities/fetch. The body moves into the batch, where
/// the flows point into it; `page` is replaced. Results without an entity are passed over. Values
/// of another type than documented are converted if that makes sense, and otherwise left out. Fails
/// also if the answer has more results than the `max_results` that were asked for.
[[nodiscard]] BodyOutcome read_flow_page(std::string body, FlowBatch& batch, FlowPage& page,
                                         std::size_t max_results = kMaxEntitiesPerCall);

}  // namespace vrni2syslog
