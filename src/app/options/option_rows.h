#pragma once

#include "app/options/option_table.h"

#include <string_view>
#include <vector>

namespace vrni2syslog::option_rows {

// What the rows of the option table have in common. The rows of each group stand in a file of their
// own, option_rows_GROUP.h, and each list of words that an option takes stands above them. Only
// option_table.cpp includes these files.

using Group = OptionGroup;
using Kind = OptionKind;
using Topic = OptionTopic;

/// Makes one of these lists OptionInfo::choices or OptionInfo::suggestions.
template <const auto& kWords>
[[nodiscard]] std::vector<std::string_view> words() {
  return {kWords.begin(), kWords.end()};
}

/// An option without an argument.
[[nodiscard]] constexpr OptionInfo flag(OptionInfo info) {
  info.kind = OptionKind::Flag;
  return info;
}

/// A flag that cannot be set elsewhere than on the command line.
[[nodiscard]] constexpr OptionInfo command_flag(OptionInfo info) {
  info.place = OptionPlace::CommandLineOnly;
  return flag(info);
}

}  // namespace vrni2syslog::option_rows
