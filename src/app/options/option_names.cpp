#include "app/options/option_names.h"

#include "base/text/ascii.h"

#include <algorithm>
#include <cstddef>
#include <string>
#include <vector>

namespace vrni2syslog {
namespace {

constexpr std::size_t kMaxWanted = 64;       ///< no name is that long, so it is not a mistyped one
constexpr std::size_t kMinAbbreviation = 3;  ///< shorter beginnings of names fit too many

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

[[nodiscard]] std::string with_dashes(std::string_view name) {
  std::string result(name);
  std::ranges::replace(result, '_', '-');
  return result;
}

}  // namespace

const OptionInfo* find_option(std::string_view name) {
  const auto row = std::ranges::find(option_table(), with_dashes(name), &OptionInfo::name);
  return row == option_table().end() ? nullptr : &*row;
}

std::string environment_name(const OptionInfo& option) {
  std::string name = "VRNI2SYSLOG_";
  for (const char c : option.name) name += c == '-' ? '_' : to_upper(c);
  return name;
}

std::string_view value_name(const OptionInfo& option) noexcept {
  if (!option.argument.empty()) return option.argument;
  switch (option.kind) {
    case OptionKind::Text:
      return "TEXT";
    case OptionKind::Flag:
      break;
    case OptionKind::Address:
      return "URL";
    case OptionKind::File:
      return "FILE";
    case OptionKind::Directory:
      return "DIR";
    case OptionKind::Duration:
    case OptionKind::Time:
      return "TIME";
    case OptionKind::Size:
      return "SIZE";
    case OptionKind::Number:
      return "NUMBER";
    case OptionKind::List:
      return "LIST";
  }
  return {};
}

std::string suggest_option(std::string_view name, std::string_view prefix) {
  std::vector<std::string_view> names;
  names.reserve(kOptionCount);
  for (const OptionInfo& option : option_table()) names.push_back(option.name);
  const std::string_view nearest = nearest_name(with_dashes(name), names);
  if (nearest.empty()) return {};
  return std::string("; did you mean ").append(prefix).append(nearest).append("?");
}

std::string_view nearest_name(std::string_view wanted, std::span<const std::string_view> names) {
  if (wanted.size() > kMaxWanted) return {};
  std::string_view nearest;
  std::size_t least = std::max<std::size_t>(1, wanted.size() / 3) + 1;
  for (const std::string_view name : names) {
    // Each letter that one name has more than the other is a change.
    const auto [shorter, longer] = std::minmax({wanted.size(), name.size()});
    if (longer - shorter >= least) continue;
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
