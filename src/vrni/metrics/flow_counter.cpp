#include "vrni/metrics/flow_counter.h"

namespace vrni2syslog {
namespace {

constexpr FlowCounter kFlowCounters[] = {
    {"bytes", "flow.totalBytes.delta.summation.bytes", FlowField::Bytes, true},
    {"bytes", "flow.srcBytes.delta.summation.bytes", FlowField::SourceBytes, false},
    {"bytes", "flow.dstBytes.delta.summation.bytes", FlowField::DestinationBytes, false},
    {"packets", "flow.totalPackets.delta.summation.number", FlowField::Packets, true},
    {"sessions", "flow.allowedSessionCount.delta.summation.number", FlowField::Sessions, true},
};

}  // namespace

std::span<const FlowCounter> flow_counters() noexcept {
  return kFlowCounters;
}

}  // namespace vrni2syslog
