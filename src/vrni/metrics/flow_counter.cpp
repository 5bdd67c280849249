#include "vrni/metrics/flow_counter.h"

namespace vrni2syslog {
namespace {

constexpr FlowCounter kFlowCounters[] = {
    {.group = "bytes",
     .metric = "flow.totalBytes.delta.summation.bytes",
     .field = FlowField::Bytes,
     .is_main = true},
    {.group = "bytes",
     .metric = "flow.srcBytes.delta.summation.bytes",
     .field = FlowField::SourceBytes,
     .is_main = false},
    {.group = "bytes",
     .metric = "flow.dstBytes.delta.summation.bytes",
     .field = FlowField::DestinationBytes,
     .is_main = false},
    {.group = "packets",
     .metric = "flow.totalPackets.delta.summation.number",
     .field = FlowField::Packets,
     .is_main = true},
    {.group = "sessions",
     .metric = "flow.allowedSessionCount.delta.summation.number",
     .field = FlowField::Sessions,
     .is_main = true},
};

}  // namespace

std::span<const FlowCounter> flow_counters() noexcept {
  return kFlowCounters;
}

}  // namespace vrni2syslog
