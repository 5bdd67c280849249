#pragma once

#include "flow/flow.h"
#include "format/line_format.h"
#include "rfc5424_parser.h"

#include <string>
#include <string_view>
#include <vector>

namespace vrni2syslog::testing {

/// A parameter that a whole line must have.
struct ExpectedParam {
  std::string name;
  std::vector<std::string> items;  ///< clean, as a receiver must get them; at least one
  bool may_be_left_out = false;    ///< in a truncated line
  bool may_be_cut = false;         ///< in a truncated line, if it is a single text

  [[nodiscard]] std::string value() const;
};

/// The parameters of a flow's line, as the rules of the format say, worked out without the code
/// under test.
[[nodiscard]] std::vector<ExpectedParam> expected_params(const Flow& flow, const TimeWindow& unit,
                                                         const LineOptions& options);

/// Throws std::logic_error where the parameters of a line are not those, or, in a truncated line,
/// what may be left of them.
void require_params(const Rfc5424Message& line, const std::vector<ExpectedParam>& expected,
                    LineResult result, bool is_partial);

}  // namespace vrni2syslog::testing
