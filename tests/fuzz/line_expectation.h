#pragma once

#include "flow/flow.h"
#include "format/line_format.h"
#include "line_check.h"

#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace vrni2syslog::testing {

/// The fields of a line as a receiver reads them, by the project's names.
using Params = std::vector<std::pair<std::string, std::string>>;

/// What a format does to the characters of values for which it has no escape: each of `from`
/// becomes the one of `to` at the same place.
struct Replacement {
  std::string_view from{};
  std::string_view to{};
};

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
                                                         const LineOptions& options,
                                                         const Replacement& replacement = {});
/// The same without a protocol OTHER, which formats leave out whose standard wants a protocol.
[[nodiscard]] std::vector<ExpectedParam> expected_params_without_other_protocol(
    const CheckedLine& line, const Replacement& replacement = {});

/// Throws std::logic_error where the parameters of a line are not those, or, in a truncated line,
/// what may be left of them, in any order.
void require_params(const Params& params, const std::vector<ExpectedParam>& expected,
                    LineResult result, bool is_partial);
/// The same, in the order that is expected.
void require_ordered_params(const Params& params, const std::vector<ExpectedParam>& expected,
                            LineResult result, bool is_partial);

}  // namespace vrni2syslog::testing
