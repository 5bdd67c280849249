#include "app/options/print_config.h"

#include "base/text/utf8.h"
#include "base/user_info.h"

#include <fmt/format.h>

#include <utility>

namespace vrni2syslog {
namespace {

constexpr std::pair<OptionSource, std::string_view> kSources[] = {
    {OptionSource::CommandLine, "command line"},
    {OptionSource::Capture, "capture"},
    {OptionSource::Environment, "environment"},
    {OptionSource::ConfigFile, "configuration file"},
};

[[nodiscard]] std::string shown(const OptionInfo& option, std::string_view value) {
  if (option.is_secret) return "<hidden>";
  return option.kind == OptionKind::Address ? without_user_info(value) : std::string(value);
}

[[nodiscard]] std::string line(const OptionInfo& option, std::string_view value) {
  std::string clean;
  append_clean_utf8(clean, shown(option, value));
  return fmt::format("{} = {}\n", option.name, clean);
}

[[nodiscard]] std::string section(const OptionValues& values, OptionSource source) {
  std::string text;
  for (const OptionInfo& option : option_table()) {
    if (option.place == OptionPlace::CommandLineOnly) continue;
    for (const GivenOption& given : values.of(option.option)) {
      if (given.source != source) continue;
      // "--config" itself cannot stand in the file.
      if (option.place == OptionPlace::NotInFile) text += "# ";
      text += line(option, given.value);
    }
  }
  return text;
}

[[nodiscard]] std::string defaults(const OptionValues& values) {
  std::string text;
  for (const OptionInfo& option : option_table()) {
    const bool has_value = !option.default_value.empty() && !values.is_given(option.option);
    if (has_value) text += line(option, option.default_value);
  }
  return text;
}

}  // namespace

std::string print_config(const OptionValues& values) {
  std::string text;
  for (const auto& [source, title] : kSources) {
    const std::string lines = section(values, source);
    if (!lines.empty()) text += fmt::format("# {}\n{}\n", title, lines);
  }
  return text + "# defaults\n" + defaults(values);
}

}  // namespace vrni2syslog
