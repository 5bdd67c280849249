#include "flow_meter.h"

#include "hash.h"

namespace vrni2syslog::simulator {
namespace {

constexpr std::uint64_t kSlot =
    100;  // a purpose of hashes that the generator of flows does not have
constexpr std::int64_t kNoData = -1;
constexpr std::int64_t kBitsPerByte = 8;

// Of a hash whose size is spread over the powers of two, as traffic is.
std::int64_t spread(std::uint64_t draw, unsigned most_bits) noexcept {
  const unsigned bits = static_cast<unsigned>(draw >> 58U) % most_bits + 1;
  return static_cast<std::int64_t>(draw & ((std::uint64_t{1} << bits) - 1));
}

}  // namespace

std::optional<std::int64_t> FlowMeter::value(std::uint32_t flow, Metric metric,
                                             std::int64_t stamp) const noexcept {
  const std::int64_t slot = kMetricIntervals.front();
  if (!flows_.activity(flow).overlaps(stamp, stamp + slot - 1)) return std::nullopt;
  const auto draw =
      hash(seed_, kSlot, (std::uint64_t{flow} << 32U) ^ static_cast<std::uint64_t>(stamp / slot));
  // A tenth of the time nothing was measured, another tenth nothing was sent.
  const unsigned kind = to_percent(draw);
  if (kind < 10) return std::nullopt;
  const bool is_silent = kind < 20;
  const std::int64_t source = is_silent ? 0 : spread(mix(draw), 40);
  const std::int64_t destination = is_silent ? 0 : spread(mix(draw + 1), 44);
  switch (metric) {
    case Metric::SourceBytes:
      return source;
    case Metric::DestinationBytes:
      return destination;
    case Metric::TotalBytes:
      return source + destination;
    case Metric::TotalBytesRate:
      return (source + destination) * kBitsPerByte / slot;
    case Metric::TotalPackets:
      return is_silent ? 0 : 1 + (source + destination) / 800;
    case Metric::AllowedSessions:
      return is_silent ? 0 : spread(mix(draw + 2), 10);
  }
  return std::nullopt;
}

std::optional<std::int64_t> FlowMeter::point(std::uint32_t flow, Metric metric, std::int64_t stamp,
                                             std::int64_t interval) const noexcept {
  const std::optional<std::int64_t> total = sum(flow, metric, stamp, stamp + interval);
  if (total && metric == Metric::TotalBytesRate)
    return *total * kMetricIntervals.front() / interval;
  if (total) return total;
  const bool is_active = flows_.activity(flow).overlaps(stamp, stamp + interval - 1);
  return is_active || flow % 2 == 0 ? std::optional(kNoData) : std::nullopt;
}

std::optional<std::int64_t> FlowMeter::sum(std::uint32_t flow, Metric metric, std::int64_t start,
                                           std::int64_t end) const noexcept {
  const std::int64_t slot = kMetricIntervals.front();
  std::optional<std::int64_t> total;
  for (std::int64_t stamp = (start + slot - 1) / slot * slot; stamp < end; stamp += slot) {
    const std::optional<std::int64_t> in_slot = value(flow, metric, stamp);
    if (in_slot) total = total.value_or(0) + *in_slot;
  }
  return total;
}

}  // namespace vrni2syslog::simulator
