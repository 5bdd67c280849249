#pragma once

#include "base/outcome.h"
#include "flow/flow.h"
#include "vrni/api/call_in_parts.h"

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

namespace vrni2syslog {

/// A reference without a name. Its text in the flow is the entity's id until somebody finds the
/// name.
struct UnnamedReference {
  std::string_view* text;  ///< lives in the batch
};

/// A flow at an L2 network that has a VLAN id, which only the network itself tells.
struct VlanReference {
  std::size_t flow;  ///< index in FlowPage::flows
  FlowField field;   ///< SourceVlanId or DestinationVlanId
  std::string_view network_id;
};

/// What an answer of POST /entities/fetch brought, in its own order.
struct FlowPage {
  std::vector<Flow> flows;
  std::vector<UnnamedReference> unnamed;
  std::vector<VlanReference> vlans;
  std::uint64_t left_out = 0;      ///< values of a shape that cannot be put into words
  std::string_view left_out_name;  ///< property of the first of them

  void clear();
};

/// Reads the flows out of an answer of POST /entities/fetch. The body moves into the batch, where
/// the flows point into it; `page` is replaced. Results without an entity are passed over. Values
/// of another type than documented are converted where that makes sense, and otherwise left out.
/// Fails also if the answer has more results than the `max_results` that were asked for.
[[nodiscard]] Outcome read_flow_page(std::string body, FlowBatch& batch, FlowPage& page,
                                     std::size_t max_results = kMaxEntitiesPerCall);

}  // namespace vrni2syslog
