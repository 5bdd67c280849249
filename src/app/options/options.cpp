#include "app/options/options.h"

#include "app/options/option_names.h"

#include <boost/program_options.hpp>
#include <boost/version.hpp>
#include <fmt/format.h>

#include <algorithm>
#include <cstring>
#include <optional>
#include <utility>

namespace vrni2syslog {
namespace {

namespace po = boost::program_options;

/// The options with a short name, which Boost turns into the long one.
[[nodiscard]] po::options_description make_description() {
  po::options_description description;
  for (const OptionInfo& option : option_table()) {
    if (option.short_name == '\0') continue;
    const std::string names = fmt::format("{},{}", option.name, option.short_name);
    description.add_options()(names.c_str(), "");
  }
  return description;
}

[[nodiscard]] std::pair<std::string, std::optional<std::string>> split(const std::string& token) {
  const std::size_t equals = token.find('=');
  if (equals == std::string::npos) return {token.substr(2), std::nullopt};
  return {token.substr(2, equals - 2), token.substr(equals + 1)};
}

[[nodiscard]] bool is_known_option(const std::string& token) {
  return token.starts_with("--") && find_option(split(token).first) != nullptr;
}

/// Whether the first of the tokens that follow the option is its value: `--last --yesterday` lacks
/// one, but `--help --last` asks about an option.
[[nodiscard]] bool is_value_next(const OptionInfo& info, const std::vector<std::string>& tokens) {
  if (info.is_flag() || tokens.empty()) return false;
  return !is_known_option(tokens.front()) || (!info.implicit_value.empty() && tokens.size() == 1);
}

/// "--help" for "-h". Any other token is returned as it is.
[[nodiscard]] std::string with_long_name(const std::string& token) {
  if (token.size() != 2 || token[0] != '-') return token;
  const auto info = std::ranges::find(option_table(), token[1], &OptionInfo::short_name);
  if (info == option_table().end() || token[1] == '\0') return token;
  return fmt::format("--{}", info->name);
}

/// Called for each token that is not the value of an option. Replaces Boost's parser of long
/// options, which does not know `_`, refuses `--filter=` and takes `--last --yesterday` for an
/// option and its value. The key keeps its dashes, so that Boost does not change the values.
[[nodiscard]] std::vector<po::option> parse_long_option(std::vector<std::string>& tokens) {
  const std::string token = with_long_name(tokens.front());
  if (!token.starts_with("--") || token == "--") return {};
  tokens.erase(tokens.begin());
  const auto [name, value] = split(token);
  const OptionInfo* info = find_option(name);
  po::option option;
  option.string_key = "--" + name;
  option.original_tokens.push_back(token);
  if (value) {
    option.value.push_back(*value);
  } else if (info != nullptr && is_value_next(*info, tokens)) {
    option.value.push_back(tokens.front());
    tokens.erase(tokens.begin());
  }
  return {option};
}

[[nodiscard]] const OptionInfo& option_of(const po::option& option) {
  const std::string& key = option.string_key;
  const bool is_long = key.starts_with("--");
  const OptionInfo* info = find_option(is_long ? key.substr(2) : key);
  if (info == nullptr) {
    throw Error(Fault::Usage,
                fmt::format("there is no option {}{}; --help all lists them", printable(key, 60),
                            is_long ? suggest_option(key.substr(2), "--") : ""));
  }
  return *info;
}

/// Refuses an argument that belongs to no option. Does not quote it after a secret, since it may be
/// a part of that: `--password two words`.
[[noreturn]] void refuse_argument(const std::string& argument,
                                  const std::vector<GivenOption>& before) {
  const bool may_be_secret = !before.empty() && info_of(before.back().option).is_secret;
  throw Error(Fault::Usage,
              fmt::format("{} is not an option; all options begin with --",
                          may_be_secret ? fmt::format("what follows {}", before.back().origin)
                                        : fmt::format("'{}'", printable(argument, 60))));
}

[[nodiscard]] GivenOption to_given(const po::option& option) {
  const OptionInfo& info = option_of(option);
  GivenOption given{info.option, {}, OptionSource::CommandLine, fmt::format("--{}", info.name)};
  if (!option.value.empty()) {
    given.value = option.value.front();
  } else if (info.is_flag()) {
    given.value = "yes";
  } else if (!info.implicit_value.empty()) {
    given.value = info.implicit_value;
  } else {
    throw Error(Fault::Usage, fmt::format("--{} needs a value: {}", info.name, value_name(info)));
  }
  return given;
}

/// The arguments with the values that belong to them, whether there are such options or not. Throws
/// Error(Usage) if that cannot be told.
[[nodiscard]] std::vector<po::option> split_arguments(const std::vector<std::string>& arguments) {
  namespace style = po::command_line_style;
  const po::options_description description = make_description();
  try {
    return po::command_line_parser(arguments)
        .options(description)
        .style(style::allow_short | style::allow_dash_for_short | style::short_allow_next)
        .extra_style_parser(parse_long_option)
        .allow_unregistered()
        .run()
        .options;
  } catch (const po::error& error) {
    throw Error(Fault::Usage, printable(error.what()));
  }
}

/// Fills the text with NULs, so that not even its length is left.
void wipe(char* text) noexcept {
  std::memset(text, '\0', std::strlen(text));
}

}  // namespace

std::vector<GivenOption> parse_command_line(const std::vector<std::string>& arguments) {
  std::vector<GivenOption> given;
  for (const po::option& option : split_arguments(arguments)) {
    if (option.string_key.empty()) refuse_argument(option.original_tokens.front(), given);
    add_given(given, to_given(option));
  }
  return given;
}

std::vector<GivenOption> readable_options(const std::vector<std::string>& arguments) {
  std::vector<GivenOption> given;
  try {
    for (const po::option& option : split_arguments(arguments)) {
      if (option.string_key.empty()) continue;
      try {
        add_given(given, to_given(option));
      } catch (const Error&) {
        continue;  // parse_command_line() tells it
      }
    }
  } catch (const Error&) {
    return given;
  }
  return given;
}

void hide_secrets(int argc, char** argv) noexcept {
  for (int i = 1; i < argc; ++i) {
    const std::string_view token(argv[i]);
    if (!token.starts_with("--")) continue;
    const std::size_t equals = token.find('=');
    const OptionInfo* option = find_option(token.substr(0, equals).substr(2));
    if (option == nullptr || !option->is_secret) continue;
    if (equals != std::string_view::npos) {
      wipe(argv[i] + equals + 1);
    } else if (i + 1 < argc) {
      wipe(argv[++i]);
    }
  }
}

std::string option_library_version() {
  return fmt::format("Boost {}.{}.{}", BOOST_VERSION / 100'000, BOOST_VERSION / 100 % 1000,
                     BOOST_VERSION % 100);
}

}  // namespace vrni2syslog
