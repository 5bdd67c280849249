#pragma once

#include "pipeline/run_statistics.h"

#include <cstdint>
#include <optional>
#include <span>
#include <string_view>

namespace vrni2syslog {

/// A sum of a run. It is among the totals of --report, in the closing summary if it has words for
/// that, and a metric of --prometheus-file.
struct RunTotal {
  std::string_view name;         ///< among the totals of --report
  std::string_view metric;       ///< between the metric's prefix and its end: "_total"
  std::string_view measured_in;  ///< "flows", "bytes"; for readers of the table, not shown anywhere
  std::string_view help;         ///< a sentence, without the full stop
  /// The words after the bare number in the closing summary, which leaves out a sum of zero. Empty
  /// for a sum that the summary does not show, or that summary_text() writes itself, such as a size
  /// in MiB.
  std::string_view summary;
  /// nullopt if the sum is not known.
  std::optional<std::uint64_t> (*value)(const RunStatistics& statistics);
};

/// All sums, in the order in which reports have them.
[[nodiscard]] std::span<const RunTotal> run_totals() noexcept;

}  // namespace vrni2syslog
