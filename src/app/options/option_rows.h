#pragma once

#include "app/options/option_table.h"

#include <array>
#include <string_view>
#include <vector>

namespace vrni2syslog::option_rows {

// What the rows of the option table are made of: the words that options take, in the order of the
// help text, and what rows have in common.

inline constexpr std::array<std::string_view, 3> kDomainTypes{"LOCAL", "LDAP", "VIDM"};
inline constexpr std::array<std::string_view, 6> kCloudLocations{"us", "uk", "jp",
                                                                 "au", "de", "ca"};
inline constexpr std::array<std::string_view, 4> kVerdicts{"consumed", "acked", "written", "auto"};
inline constexpr std::array<std::string_view, 2> kSdEscapes{"rfc5424", "safe"};
inline constexpr std::array<std::string_view, 4> kLogLevels{"error", "warning", "info", "debug"};
inline constexpr std::array<std::string_view, 2> kLogFormats{"text", "json"};
inline constexpr std::array<std::string_view, 5> kDeployments{"onprem", "saas", "niaas", "vrnic",
                                                              "cloud"};

/// Makes one of these lists OptionInfo::choices.
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
