#pragma once

#include "pipeline/run_statistics.h"

#include <cstdint>
#include <optional>
#include <span>
#include <string_view>

namespace vrni2syslog {

/// One figure of a run. It appears in the closing summary and in --report.
struct RunCounter {
  std::string_view name;  ///< among the totals of --report
  std::string_view unit;  ///< what is counted: "flows", "bytes"
  std::string_view help;  ///< a sentence, without the full stop
  /// The words after the number in the closing summary, which leaves out a counter that is zero.
  /// Empty for a figure that the summary shows in another way, or not at all.
  std::string_view summary;
  /// nullopt if the figure is not known.
  std::optional<std::uint64_t> (*value)(const RunStatistics& statistics);
};

/// All figures, in the order in which reports have them.
[[nodiscard]] std::span<const RunCounter> run_counters() noexcept;

}  // namespace vrni2syslog
