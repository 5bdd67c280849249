#include "app/options/help.h"

#include "app/options/manual_paragraphs.h"
#include "app/options/option_names.h"
#include "app/options/option_rows_running.h"
#include "app/options/options.h"
#include "app/options/version.h"
#include "base/error.h"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <functional>
#include <iterator>
#include <span>
#include <string>
#include <string_view>
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

struct GroupTitle {
  OptionGroup group;
  std::string_view word;  ///< for --help
  std::string_view title;
};

constexpr GroupTitle kGroups[] = {
    {OptionGroup::Platform, "platform", "Platform"},
    {OptionGroup::Logins, "logins", "Other ways to log in"},
    {OptionGroup::Flows, "flows", "Flows"},
    {OptionGroup::Collectors, "collectors", "Collectors"},
    {OptionGroup::Lines, "lines", "Lines"},
    {OptionGroup::Running, "running", "Running"},
    {OptionGroup::Script, "script", "Command line of flows_to_vrli.py"},
};

/// What the completion of --help offers: everything, and the words of the groups.
static_assert(option_rows::kHelpTopics.front() == "all" &&
              std::ranges::equal(std::span(option_rows::kHelpTopics).subspan(1), kGroups,
                                 std::ranges::equal_to(), {}, &GroupTitle::word));

constexpr std::string_view kMoreHelp = R"(
A default stands in brackets. More help:
  --help all         every option, and the exit codes
  --help OPTION      what the manual says of one option, for example --help last
  --help GROUP       the options of one group:
                     )";

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

/// " FILE"; " [WHAT]" if the value can be left out; empty for a flag.
[[nodiscard]] std::string value_pattern(const OptionInfo& option) {
  if (option.is_flag()) return {};
  const std::string_view name = value_name(option);
  return option.implicit_value.empty() ? fmt::format(" {}", name) : fmt::format(" [{}]", name);
}

void append_option(std::string& out, const OptionInfo& option) {
  std::string names =
      option.short_name == '\0' ? "      " : fmt::format("  -{}, ", option.short_name);
  names += fmt::format("--{}", option.name);
  names += value_pattern(option);
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

void append_group(std::string& out, const GroupTitle& group) {
  out += fmt::format("{}:\n", group.title);
  for (const OptionInfo& option : option_table()) {
    if (option.group == group.group) append_option(out, option);
  }
}

[[nodiscard]] std::string group_words() {
  std::vector<std::string_view> words;
  for (const GroupTitle& group : kGroups) words.push_back(group.word);
  return fmt::format("{}", fmt::join(words, ", "));
}

[[nodiscard]] std::string basic_help() {
  std::string text(kUsage);
  text += "\nWhat most need:\n";
  for (const OptionInfo& option : option_table()) {
    if (option.is_basic) append_option(text, option);
  }
  return text.append(kMoreHelp).append(group_words()).append("\n");
}

[[nodiscard]] std::string whole_help() {
  std::string text(kUsage);
  for (const GroupTitle& group : kGroups) {
    text += '\n';
    append_group(text, group);
  }
  text += kClosing;
  return text;
}

/// Where else than on the command line the option can be set, as a line; empty if nowhere.
[[nodiscard]] std::string other_places(const OptionInfo& option) {
  if (option.place == OptionPlace::CommandLineOnly) return {};
  std::string text = fmt::format("\n    Environment: {}\n", environment_name(option));
  if (option.place == OptionPlace::NotInFile) return text;
  return text + fmt::format("    Configuration file: {} = {}\n", option.name,
                            option.is_flag() ? "yes" : value_name(option));
}

[[nodiscard]] std::string option_help(const OptionInfo& option) {
  const auto paragraph =
      std::ranges::find(kManualParagraphs, option.name, &ManualParagraph::option);
  // A test compares the options of the manual page with those of the table.
  const std::string_view text =
      paragraph == std::end(kManualParagraphs) ? std::string_view() : paragraph->text;
  return fmt::format("--{}{}\n{}{}", option.name, value_pattern(option), text,
                     other_places(option));
}

}  // namespace

std::string help_text(std::string_view topic) {
  if (topic == kBasicHelp) return basic_help();
  if (topic == "all") return whole_help();
  const auto group = std::ranges::find(kGroups, topic, &GroupTitle::word);
  if (group != std::end(kGroups)) {
    std::string text;
    append_group(text, *group);
    return text;
  }
  if (topic.starts_with("--")) topic.remove_prefix(2);
  if (const OptionInfo* option = find_option(topic)) return option_help(*option);
  throw Error(
      Fault::Usage,
      fmt::format("--help: there is no help about '{}'{}; write all, an option, or one of: {}",
                  printable(topic, 60), suggest_option(topic, ""), group_words()));
}

std::string version_text() {
  return fmt::format("vrni2syslog {}\nbuilt with {}, {{fmt}} {}.{}.{}, {}\n", kVersion,
                     option_library_version(), FMT_VERSION / 10'000, FMT_VERSION / 100 % 100,
                     FMT_VERSION % 100, kLibraryVersions);
}

}  // namespace vrni2syslog
