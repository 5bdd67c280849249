#pragma once

#include <chrono>
#include <map>
#include <optional>
#include <string>

namespace vrni2syslog {

/// The metrics that the platform has of flows, each with its shortest interval.
using MetricSchema = std::map<std::string, std::chrono::seconds, std::less<>>;

/// Reads an answer of GET /schema/Flow/metrics into `schema`, whose
/// content it replaces. Metrics without an interval that can be used, of a minute at least, are
/// passed over. Returns what is wrong with the answer, or nothing.
[[nodiscard]] std::optional<std::string> read_metric_schema(std::string& body,
                                                            MetricSchema& schema);

}  // namespace vrni2syslog
