#pragma once

#include "app/options/option_values.h"

#include <vector>

namespace vrni2syslog::testing {

/// Makes of accepted options what a run makes of them first: the values in effect, the options of
/// lines and their format, and the text of --print-config, which must be clean and hide secrets.
void use_options(const std::vector<GivenOption>& given);

/// Whether two sources give the same options with the same values in the same order.
[[nodiscard]] bool are_equal(const std::vector<GivenOption>& some,
                             const std::vector<GivenOption>& others);

}  // namespace vrni2syslog::testing
