#include "app/options/option_table.h"

#include "app/options/option_rows_collectors.h"
#include "app/options/option_rows_flows.h"
#include "app/options/option_rows_lines.h"
#include "app/options/option_rows_logins.h"
#include "app/options/option_rows_platform.h"
#include "app/options/option_rows_running.h"
#include "app/options/option_rows_script.h"

#include <algorithm>
#include <array>
#include <cstddef>
#include <iterator>

namespace vrni2syslog {
namespace {

/// The rows of all groups one after the other. A wrong number of rows does not compile.
template <std::size_t... kCounts>
[[nodiscard]] constexpr std::array<OptionInfo, (kCounts + ...)> join(
    const OptionInfo (&... groups)[kCounts]) {
  std::array<OptionInfo, (kCounts + ...)> all{};
  auto end = all.begin();
  ((end = std::copy(std::begin(groups), std::end(groups), end)), ...);
  return all;
}

constexpr std::array<OptionInfo, kOptionCount> kOptions =
    join(option_rows::kPlatformRows, option_rows::kLoginsRows, option_rows::kFlowsRows,
         option_rows::kCollectorsRows, option_rows::kLinesRows, option_rows::kRunningRows,
         option_rows::kScriptRows);

constexpr bool is_in_order_of_the_enumeration() {
  for (std::size_t i = 0; i < kOptions.size(); ++i) {
    if (static_cast<std::size_t>(kOptions[i].option) != i) return false;
  }
  return true;
}
static_assert(is_in_order_of_the_enumeration(), "info_of() uses Option as an index");

}  // namespace

std::span<const OptionInfo, kOptionCount> option_table() noexcept {
  return kOptions;
}

const OptionInfo& info_of(Option option) noexcept {
  return kOptions[static_cast<std::size_t>(option)];
}

}  // namespace vrni2syslog
