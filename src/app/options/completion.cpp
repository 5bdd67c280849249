#include "app/options/completion.h"

#include "app/options/option_names.h"
#include "app/options/value_parsers.h"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <array>
#include <utility>
#include <vector>

namespace vrni2syslog {
namespace {

constexpr std::size_t kMaxDescription = 80;  ///< a longer one is shown up to its first pause

constexpr std::string_view kBashBegin =
    R"(# Completes the command line of vrni2syslog. Written by: vrni2syslog --completion bash
_vrni2syslog() {
  local IFS=$' \t\n' current=${COMP_WORDS[COMP_CWORD]} option=${COMP_WORDS[COMP_CWORD-1]} words=
  # Readline takes = for a word.
  if [[ $current == '=' ]]; then
    current=
  elif [[ $option == '=' ]]; then
    option=${COMP_WORDS[COMP_CWORD-2]}
  fi
  COMPREPLY=()
  case ${option//_/-} in
)";

constexpr std::string_view kBashEnd = R"(    *)
      current=${current//_/-}
      words=$names
      ;;
  esac
  COMPREPLY=($(compgen -W "$words" -- "$current"))
  if [[ ${#COMPREPLY[@]} -eq 1 && ${COMPREPLY[0]} == *[/:] ]]; then
    compopt -o nospace 2>/dev/null
  fi
}
complete -F _vrni2syslog vrni2syslog
)";

/// The options that scripts know, in the order of the table.
[[nodiscard]] std::vector<const OptionInfo*> completed_options() {
  std::vector<const OptionInfo*> options;
  for (const OptionInfo& option : option_table()) {
    if (option.group != OptionGroup::Script) options.push_back(&option);
  }
  return options;
}

/// The values to offer; empty if they cannot be guessed.
[[nodiscard]] std::vector<std::string_view> offered_values(const OptionInfo& option) {
  if (option.choices != nullptr) return option.choices();
  return option.suggestions != nullptr ? option.suggestions() : std::vector<std::string_view>();
}

[[nodiscard]] std::string_view description_of(const OptionInfo& option) {
  if (option.help.size() <= kMaxDescription) return option.help;
  const std::string_view beginning = option.help.substr(0, option.help.find_first_of(":;,["));
  return beginning.substr(0, beginning.find_last_not_of(' ') + 1);
}

/// The text with a backslash before each of `characters`.
[[nodiscard]] std::string with_backslashes(std::string_view text, std::string_view characters) {
  std::string escaped;
  for (const char c : text) {
    if (characters.find(c) != std::string_view::npos) escaped += '\\';
    escaped += c;
  }
  return escaped;
}

/// The text as a word of a POSIX shell, without the quotation marks around it.
[[nodiscard]] std::string in_single_quotes(std::string_view text) {
  std::string quoted;
  for (const char c : text) quoted += c == '\'' ? "'\\''" : std::string(1, c);
  return quoted;
}

/// What bash does for the value of one option.
[[nodiscard]] std::string bash_action(const OptionInfo& option) {
  const std::vector<std::string_view> values = offered_values(option);
  if (option.kind == OptionKind::List && !values.empty()) {
    return fmt::format(
        "local before=\n"
        "      if [[ $current == *,* ]]; then before=${{current%,*}},; fi\n"
        "      COMPREPLY=($(compgen -P \"$before\" -W '{}' -- \"${{current##*,}}\"))\n"
        "      return\n",
        fmt::join(values, " "));
  }
  if (!values.empty()) return fmt::format("words='{}'\n", fmt::join(values, " "));
  switch (option.kind) {
    case OptionKind::File:
    case OptionKind::Directory:
      return fmt::format(
          "compopt -o filenames 2>/dev/null\n"
          "      mapfile -t COMPREPLY < <(compgen -{} -- \"$current\")\n"
          "      return\n",
          option.kind == OptionKind::File ? 'f' : 'd');
    default:
      return "return\n";
  }
}

/// One arm of bash's case for all options whose values are completed in the same way.
[[nodiscard]] std::string bash_script() {
  std::vector<std::pair<std::string, std::string>> arms;
  std::string names;
  for (const OptionInfo* option : completed_options()) {
    names += fmt::format("{}--{}", names.empty() ? "" : " ", option->name);
    if (option->is_flag()) continue;
    const std::string action = bash_action(*option);
    const std::string name = fmt::format("--{}", option->name);
    const auto arm = std::ranges::find(arms, action, &std::pair<std::string, std::string>::second);
    if (arm == arms.end()) {
      arms.emplace_back(name, action);
    } else {
      arm->first += " | " + name;
    }
  }
  std::string script(kBashBegin);
  const std::string_view case_line = "  case ";
  script.insert(script.rfind(case_line), fmt::format("  local names='{}'\n", names));
  for (const auto& [pattern, action] : arms) {
    script += fmt::format("    {})\n      {}      ;;\n", pattern, action);
  }
  return script.append(kBashEnd);
}

/// The part of a specification of zsh's _arguments that tells about the value.
[[nodiscard]] std::string zsh_action(const OptionInfo& option) {
  const std::vector<std::string_view> values = offered_values(option);
  const std::string words = with_backslashes(fmt::format("{}", fmt::join(values, " ")), ":");
  if (option.kind == OptionKind::List && !values.empty()) {
    return fmt::format(" _values -s , {} {}", value_name(option), words);
  }
  if (option.kind == OptionKind::Address && !values.empty()) {
    return fmt::format(" compadd -S \"\" -- {}", words);
  }
  if (!values.empty()) return fmt::format("({})", words);
  if (option.kind == OptionKind::File) return "_files";
  return option.kind == OptionKind::Directory ? "_files -/" : " ";
}

[[nodiscard]] std::string zsh_option(const OptionInfo& option) {
  const std::string long_name = fmt::format("--{}{}", option.name, option.is_flag() ? "" : "=");
  std::string names = fmt::format("'{}{}", option.is_repeatable ? "*" : "", long_name);
  if (option.short_name != '\0') {
    names = fmt::format("'(-{0} --{1})'{{-{0},{2}}}'", option.short_name, option.name, long_name);
  }
  const std::string description = with_backslashes(description_of(option), "[]:\\");
  std::string value;
  if (!option.is_flag()) {
    const std::string_view colon = option.implicit_value.empty() ? ":" : "::";
    value = fmt::format("{}{}:{}", colon, value_name(option), zsh_action(option));
  }
  return fmt::format("{}[{}]{}'", names, in_single_quotes(description), in_single_quotes(value));
}

[[nodiscard]] std::string zsh_script() {
  std::string script =
      "#compdef vrni2syslog\n"
      "# Completes the command line of vrni2syslog. Written by: vrni2syslog --completion zsh\n"
      "_vrni2syslog() {\n"
      "  _arguments -S";
  for (const OptionInfo* option : completed_options()) {
    script += fmt::format(" \\\n    {}", zsh_option(*option));
  }
  // The file is a function's body where zsh loads it by itself, and a script where it is sourced.
  return script +
         "\n}\n"
         "if [[ $funcstack[1] == _vrni2syslog ]]; then\n"
         "  _vrni2syslog \"$@\"\n"
         "else\n"
         "  compdef _vrni2syslog vrni2syslog\n"
         "fi\n";
}

[[nodiscard]] std::string fish_value(const OptionInfo& option) {
  const std::vector<std::string_view> values = offered_values(option);
  const std::string words = fmt::format("{}", fmt::join(values, " "));
  if (option.is_flag()) return "";
  if (option.kind == OptionKind::List && !values.empty()) {
    return fmt::format(" -x -a '(__fish_append , {})'", words);
  }
  if (!values.empty()) return fmt::format(" -x -a '{}'", words);
  if (option.kind == OptionKind::File) return " -r -F";
  if (option.kind == OptionKind::Directory) return " -x -a '(__fish_complete_directories)'";
  return " -x";
}

[[nodiscard]] std::string fish_script() {
  std::string script =
      "# Completes the command line of vrni2syslog. Written by: vrni2syslog --completion fish\n"
      "complete -c vrni2syslog -f\n";
  for (const OptionInfo* option : completed_options()) {
    const std::string short_name =
        option->short_name == '\0' ? "" : fmt::format(" -s {}", option->short_name);
    script += fmt::format("complete -c vrni2syslog{} -l {}{} -d '{}'\n", short_name, option->name,
                          fish_value(*option), with_backslashes(description_of(*option), "\\'"));
  }
  return script;
}

using MakeScript = std::string (*)();
constexpr std::array<std::pair<std::string_view, MakeScript>, 3> kScripts{
    {{"bash", bash_script}, {"zsh", zsh_script}, {"fish", fish_script}}};

}  // namespace

std::string completion_script(std::string_view shell) {
  return parse_keyword(shell, kScripts)();
}

}  // namespace vrni2syslog
