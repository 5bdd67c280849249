#pragma once

#include "flow/flow.h"

#include <initializer_list>
#include <string>
#include <string_view>

namespace vrni2syslog {

[[nodiscard]] inline UnixSeconds hour(int number) {
  const UnixSeconds start(std::chrono::seconds(1'795'348'800));  // 2026-11-22T12:00:00Z
  return start + std::chrono::hours(number);
}

[[nodiscard]] inline TimeWindow unit(int number) {
  return {hour(number), hour(number + 1)};
}

/// A batch of flows that a test describes.
class FlowMaker {
 public:
  explicit FlowMaker(const TimeWindow& window = unit(0)) : batch(window) {}

  /// An ordinary flow from this address; its id says it too.
  Flow& add(std::string_view source_ip, std::string_view action = "ALLOW") {
    Flow& flow = batch.flows.emplace_back();
    flow.id = batch.copy("10000:515:" + std::string(source_ip));
    flow.set(FlowField::SourceIp, list({source_ip}));
    flow.set(FlowField::DestinationIp, list({"10.0.1.9"}));
    flow.set(FlowField::DestinationPort, list({"443"}));
    flow.set(FlowField::Protocol, list({"TCP"}));
    flow.set(FlowField::Action, list({action}));
    return flow;
  }

  [[nodiscard]] FieldValue list(std::initializer_list<std::string_view> texts) {
    const std::span<std::string_view> copies = batch.new_texts(texts.size());
    std::size_t i = 0;
    for (const std::string_view text : texts) copies[i++] = batch.copy(text);
    return copies;
  }

  FlowBatch batch;
};

}  // namespace vrni2syslog
