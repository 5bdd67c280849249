#pragma once

#include "app/options/option_table.h"

#include <span>
#include <string>
#include <string_view>

namespace vrni2syslog {

/// The option of this long name, which is given without "--"; "_" is the same as "-". Null if no
/// option has exactly this name: abbreviations are not guessed.
[[nodiscard]] const OptionInfo* find_option(std::string_view name);

/// The name of the environment variable that sets the option: "VRNI2SYSLOG_PLATFORM_IP".
[[nodiscard]] std::string environment_name(const OptionInfo& option);

/// The name of the option's value in --help and in messages: "FILE". Empty for a flag.
[[nodiscard]] std::string_view value_name(const OptionInfo& option) noexcept;

/// "; did you mean --collector?" with `prefix` before the name; empty if no option has a similar
/// name.
[[nodiscard]] std::string suggest_option(std::string_view name, std::string_view prefix);

/// The one of `names` that differs least from `wanted` (optimal string alignment: letters added,
/// left out, replaced or swapped), or else one that begins with it. Empty if no name is similar
/// enough to have been meant.
[[nodiscard]] std::string_view nearest_name(std::string_view wanted,
                                            std::span<const std::string_view> names);

}  // namespace vrni2syslog
