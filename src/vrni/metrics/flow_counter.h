#pragma once

#include "flow/flow_field.h"

#include <chrono>
#include <span>
#include <string_view>

namespace vrni2syslog {

/// The shortest interval that the API's guide shows for metrics of flows.
inline constexpr std::chrono::seconds kUsualMetricInterval = std::chrono::minutes(30);

/// A field of a flow that is the sum of a metric of the platform.
struct FlowCounter {
  std::string_view group;   ///< the word of --metrics that asks for it
  std::string_view metric;  ///< the platform's name; bytes from the client to the server are "src"
  FlowField field;
  /// The main counter of its group. The platform is expected to have it; the others come along if
  /// it has them.
  bool is_main;
};

/// All counters, in the order of the fields.
[[nodiscard]] std::span<const FlowCounter> flow_counters() noexcept;

}  // namespace vrni2syslog
