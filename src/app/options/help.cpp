#include "app/options/help.h"

#include "app/options/option_names.h"
#include "app/options/options.h"
#include "app/options/version.h"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <string_view>
#include <utility>
#include <vector>

namespace vrni2syslog {
namespace {

constexpr std::size_t kWidth = 80;
constexpr std::size_t kHelpColumn = 31;

constexpr std::string_view kUsage =
    R"(Usage: vrni2syslog --platform-ip HOST --password-file FILE --collector URL ...

Reads the network flows of a time window from vRealize Network Insight (VCF
Operations for networks) and sends each flow to collectors as one syslog line.
)";

constexpr std::pair<OptionGroup, std::string_view> kGroups[] = {
    {OptionGroup::Platform, "Platform"},
    {OptionGroup::Logins, "Other ways to log in"},
    {OptionGroup::Flows, "Flows"},
    {OptionGroup::Collectors, "Collectors"},
    {OptionGroup::Lines, "Lines"},
    {OptionGroup::Running, "Running"},
    {OptionGroup::Script, "Command line of flows_to_vrli.py"},
};

constexpr std::string_view kClosing = R"(
A default stands in brackets. TIME is a length such as 90s, 10m, 24h or 7d, or a
point in time; SIZE is 8000, 64k or 2M. In option names _ means the same as -.
Options also come from the environment (VRNI2SYSLOG_PLATFORM_IP) and the
configuration file (platform-ip = HOST).

Exit codes: 0 done and confirmed, 64 wrong command line, 65 the platform's data
cannot be read, 69 platform or collector cannot be reached, 70 a bug, 73 and 74
output cannot be written, 75 not confirmed: run again, 77 login refused, 78
wrong configuration.
)";

/// Appends words to `out`, whose last line is `column` wide, and breaks lines at `kHelpColumn`.
void append_wrapped(std::string& out, std::size_t column, std::string_view text) {
  while (!text.empty()) {
    const std::size_t end = std::min(text.find(' '), text.size());
    if (column > kHelpColumn && column + 1 + end > kWidth) {
      out += '\n';
      out.append(kHelpColumn, ' ');
      column = kHelpColumn;
    } else if (column > kHelpColumn) {
      out += ' ';
      ++column;
    }
    out += text.substr(0, end);
    column += end;
    text.remove_prefix(std::min(end + 1, text.size()));
  }
  out += '\n';
}

/// "a, b or c".
[[nodiscard]] std::string enumerate(const std::vector<std::string_view>& words) {
  return fmt::format("{} or {}", fmt::join(words.begin(), words.end() - 1, ", "), words.back());
}

void append_option(std::string& out, const OptionInfo& option) {
  std::string names =
      option.short_name == '\0' ? "      " : fmt::format("  -{}, ", option.short_name);
  names += fmt::format("--{}", option.name);
  if (!option.is_flag()) names += fmt::format(" {}", value_name(option));
  out += names;
  if (names.size() + 2 > kHelpColumn) {
    out += '\n';
    names.clear();
  }
  out.append(kHelpColumn - names.size(), ' ');
  std::string text(option.help);
  if (option.choices != nullptr) text += fmt::format(": {}", enumerate(option.choices()));
  if (!option.default_value.empty()) text += fmt::format(" [{}]", option.default_value);
  append_wrapped(out, kHelpColumn, text);
}

}  // namespace

std::string help_text() {
  std::string text(kUsage);
  for (const auto& [group, title] : kGroups) {
    text += fmt::format("\n{}:\n", title);
    for (const OptionInfo& option : option_table()) {
      if (option.group == group) append_option(text, option);
    }
  }
  text += kClosing;
  return text;
}

std::string version_text() {
  return fmt::format("vrni2syslog {}\nbuilt with {}, {{fmt}} {}.{}.{}, {}\n", kVersion,
                     option_library_version(), FMT_VERSION / 10'000, FMT_VERSION / 100 % 100,
                     FMT_VERSION % 100, kLibraryVersions);
}

}  // namespace vrni2syslog
