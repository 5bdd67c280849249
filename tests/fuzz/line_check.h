#pragma once

#include "format/line_format.h"
#include "fuzz_input.h"

#include <string_view>
#include <utility>

namespace vrni2syslog::testing {

/// A line that a format has written of a flow.
struct CheckedLine {
  std::string_view text;
  const Flow& flow;
  const TimeWindow& unit;  ///< an hour of 2026-11-22
  const LineOptions& options;
  LineResult result;
};

/// What else must be true of a line of a format. Throws std::logic_error.
using LineCheck = void (*)(const CheckedLine& line);

/// Makes a flow and options of a fuzzer's input, and has the format of that name write lines of
/// them. Each must be one clean line within the size, the same each time, and pass `check`.
void check_line_format(std::string_view name, FuzzInput input, LineCheck check);
/// The same for one of two formats, which the first byte of the input chooses.
void check_either_format(FuzzInput input, std::pair<std::string_view, LineCheck> even,
                         std::pair<std::string_view, LineCheck> odd);

}  // namespace vrni2syslog::testing
