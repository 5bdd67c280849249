#include "app/options/config_file.h"

#include "app/options/option_names.h"
#include "app/options/value_parsers.h"
#include "base/file.h"
#include "base/file_trust.h"
#include "base/text/ascii.h"
#include "base/text/utf8.h"

#include <fmt/format.h>

#include <array>
#include <filesystem>
#include <system_error>

namespace vrni2syslog {
namespace {

constexpr std::size_t kMaxConfigBytes = 1024 * 1024;
[[nodiscard]] const OptionInfo& option_named(std::string_view name, std::string_view origin) {
  const OptionInfo* info = find_option(name);
  if (info == nullptr) {
    throw Error(Fault::Configuration, fmt::format("{}: there is no option '{}'{}", origin,
                                                  printable(name, 60), suggest_option(name, "")));
  }
  if (info->place != OptionPlace::Anywhere) {
    throw Error(Fault::Configuration,
                fmt::format("{}: {} is only for the command line", origin, info->name));
  }
  return *info;
}

[[nodiscard]] GivenOption parse_line(std::string_view line, const std::string& position) {
  const std::size_t equals = line.find('=');
  if (equals == std::string_view::npos) {
    throw Error(Fault::Configuration, fmt::format("{}: a line must read 'name = value'", position));
  }
  const OptionInfo& info = option_named(trim(line.substr(0, equals)), position);
  return {info.option, std::string(trim(line.substr(equals + 1))), OptionSource::ConfigFile,
          fmt::format("{}: {}", position, info.name)};
}

/// Refuses an option that stands twice in the file: the second line was probably forgotten there.
class Positions {
 public:
  void add(const GivenOption& given, const std::string& position) {
    std::string& first = first_[static_cast<std::size_t>(given.option)];
    if (!first.empty() && !info_of(given.option).is_repeatable) {
      throw Error(Fault::Configuration,
                  fmt::format("{} is already given at {}", given.origin, first));
    }
    first = position;
  }

 private:
  std::array<std::string, kOptionCount> first_;
};

}  // namespace

std::vector<GivenOption> parse_config_text(std::string_view text, std::string_view path) {
  std::vector<GivenOption> options;
  Positions positions;
  for (std::size_t number = 1; !text.empty(); ++number) {
    const std::size_t end = text.find('\n');
    const std::string_view line = trim(text.substr(0, end));
    text.remove_prefix(end == std::string_view::npos ? text.size() : end + 1);
    if (line.empty() || line.front() == '#' || line.front() == ';') continue;
    const std::string position = fmt::format("{}:{}", path, number);
    GivenOption given = parse_line(line, position);
    positions.add(given, position);
    add_given(options, std::move(given));
  }
  return options;
}

FileTrust file_trust_of(const OptionValues& values) {
  return values.is_set(Option::InsecurePermissions) ? FileTrust::Any : FileTrust::OwnOnly;
}

void require_own_file(const std::filesystem::path& path, const OptionValues& values) {
  const Outcome own = require_own(path);
  if (own || file_trust_of(values) == FileTrust::Any) return;
  const std::string name = printable(path.string());
  throw Error(Fault::Configuration,
              fmt::format("{} {}, who could make this program do anything; give it to root or to "
                          "the user that runs this program (chown, chmod go-w {}), or accept that "
                          "with --insecure-permissions",
                          name, own.problem(), name));
}

std::vector<GivenOption> read_config_file(const OptionValues& values) {
  std::filesystem::path path = kDefaultConfigFile;
  if (values.is_given(Option::Config)) {
    path = values.parse(Option::Config, parse_input_file);
  } else {
    std::error_code ignored;
    if (std::filesystem::status(path, ignored).type() == std::filesystem::file_type::not_found) {
      return {};
    }
  }
  require_own_file(path, values);
  const std::string text =
      read_file(path, kMaxConfigBytes, Fault::Configuration, file_trust_of(values));
  return parse_config_text(without_byte_order_mark(text), printable(path.string()));
}

}  // namespace vrni2syslog
