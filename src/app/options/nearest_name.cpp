#include "app/options/nearest_name.h"

#include <algorithm>
#include <cstddef>
#include <vector>

namespace vrni2syslog {
namespace {

constexpr std::size_t kMaxWanted = 64;       ///< longer than any name: not a slip of the finger
constexpr std::size_t kMinAbbreviation = 3;  ///< what a name must begin with to be offered

/// Number of letters that must be changed to get from one to the other.
[[nodiscard]] std::size_t distance(std::string_view a, std::string_view b) {
  const std::size_t width = b.size() + 1;
  std::vector<std::size_t> cells((a.size() + 1) * width);
  for (std::size_t i = 0; i <= a.size(); ++i) cells[i * width] = i;
  for (std::size_t j = 0; j <= b.size(); ++j) cells[j] = j;
  for (std::size_t i = 1; i <= a.size(); ++i) {
    for (std::size_t j = 1; j <= b.size(); ++j) {
      const std::size_t replaced = cells[(i - 1) * width + j - 1] + (a[i - 1] == b[j - 1] ? 0 : 1);
      const std::size_t shifted =
          std::min(cells[(i - 1) * width + j], cells[i * width + j - 1]) + 1;
      std::size_t least = std::min(replaced, shifted);
      if (i > 1 && j > 1 && a[i - 1] == b[j - 2] && a[i - 2] == b[j - 1]) {
        least = std::min(least, cells[(i - 2) * width + j - 2] + 1);
      }
      cells[i * width + j] = least;
    }
  }
  return cells.back();
}

}  // namespace

std::string_view nearest_name(std::string_view wanted, std::span<const std::string_view> names) {
  if (wanted.size() > kMaxWanted) return {};
  std::string_view nearest;
  std::size_t least = std::max<std::size_t>(1, wanted.size() / 3) + 1;
  for (const std::string_view name : names) {
    const std::size_t changes = distance(wanted, name);
    if (changes < least) {
      least = changes;
      nearest = name;
    }
  }
  if (!nearest.empty() || wanted.size() < kMinAbbreviation) return nearest;
  const auto longer =
      std::ranges::find_if(names, [&](std::string_view name) { return name.starts_with(wanted); });
  return longer == names.end() ? std::string_view() : *longer;
}

}  // namespace vrni2syslog
