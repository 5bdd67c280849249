#include "vrni/flow_counter.h"

namespace vrni2syslog {
namespace {

constexpr FlowCounter kFlowCounters[] = {
    {FlowField::Bytes, "bytes", "flow.totalBytes.delta.summation.bytes", true},
    {FlowField::SourceBytes, "bytes", "flow.srcBytes.delta.summation.bytes", false},
    {FlowField::DestinationBytes, "bytes", "flow.dstBytes.delta.summation.bytes", false},
    {FlowField::Packets, "packets", "flow.totalPackets.delta.summation.number", true},
    {FlowField::Sessions, "sessions", "flow.allowedSessionCount.delta.summation.number", true},
};

}  // namespace

std::span<const FlowCounter> flow_counters() noexcept {
  return kFlowCounters;
}

}  // namespace vrni2syslog
