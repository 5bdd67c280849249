#pragma once

#include "flow_generator.h"

#include <array>
#include <cstdint>
#include <optional>
#include <string_view>

namespace vrni2syslog::simulator {

/// What the platform measures of a flow.
enum class Metric : std::uint8_t {
  SourceBytes,
  DestinationBytes,
  TotalBytes,
  TotalBytesRate,
  TotalPackets,
  AllowedSessions,
};

struct MetricInfo {
  Metric metric;
  std::string_view name;  ///< in the API
  std::string_view display_name;
  std::string_view description;
  std::string_view counter;  ///< in the ground truth; empty where points do not add up
};

/// The answer of the API's guide for flows, in the order of Metric.
inline constexpr std::array kMetrics{
    MetricInfo{Metric::SourceBytes, "flow.srcBytes.delta.summation.bytes", "Source Bytes",
               "Total bytes sent by the client to server", "src_bytes"},
    MetricInfo{Metric::DestinationBytes, "flow.dstBytes.delta.summation.bytes", "Destination Bytes",
               "Total bytes sent by the server to client", "dst_bytes"},
    MetricInfo{Metric::TotalBytes, "flow.totalBytes.delta.summation.bytes", "Bytes",
               "Total bytes transferred in both directions", "bytes"},
    MetricInfo{Metric::TotalBytesRate, "flow.totalBytesRate.rate.average.bitsPerSecond",
               "Bytes Rate", "Average Bits/sec rate of total traffic in both directions", ""},
    MetricInfo{Metric::TotalPackets, "flow.totalPackets.delta.summation.number", "Packets",
               "Total packets transferred in both directions", "packets"},
    MetricInfo{Metric::AllowedSessions, "flow.allowedSessionCount.delta.summation.number",
               "Session Count", "Total number of allowed sessions", "sessions"},
};

/// The seconds between two points; every one is a multiple of the first.
inline constexpr std::array<std::int64_t, 3> kMetricIntervals{1800, 7200, 28800};

/// Measures flows: the same values from the same seed every time.
class FlowMeter {
 public:
  /// `flows` must outlive the meter.
  FlowMeter(const FlowGenerator& flows, std::uint64_t seed) : flows_(flows), seed_(seed) {}

  /// The point of the interval that begins at `stamp`, a multiple of it: a value, or a negative one
  /// for "no data". nullopt if the platform has no point: of every second flow in a time in
  /// which it was not active; of the others it has one without data then.
  [[nodiscard]] std::optional<std::int64_t> point(std::uint32_t flow, Metric metric,
                                                  std::int64_t stamp,
                                                  std::int64_t interval) const noexcept;
  /// The sum of the points with a value whose stamps are in [start, end); nothing without such a
  /// point.
  [[nodiscard]] std::optional<std::int64_t> sum(std::uint32_t flow, Metric metric,
                                                std::int64_t start,
                                                std::int64_t end) const noexcept;

 private:
  [[nodiscard]] std::optional<std::int64_t> value(std::uint32_t flow, Metric metric,
                                                  std::int64_t stamp) const noexcept;

  const FlowGenerator& flows_;
  std::uint64_t seed_;
};

}  // namespace vrni2syslog::simulator
