#include "app/options/environment.h"

#include "app/options/option_names.h"

#include <algorithm>
#include <set>
#include <utility>

namespace vrni2syslog {
namespace {

[[nodiscard]] std::vector<std::string> split_at_blanks(std::string_view text) {
  std::vector<std::string> parts;
  while (!text.empty()) {
    const std::size_t begin = std::min(text.find_first_not_of(" \t\n"), text.size());
    text.remove_prefix(begin);
    const std::size_t end = std::min(text.find_first_of(" \t\n"), text.size());
    if (end > 0) parts.emplace_back(text.substr(0, end));
    text.remove_prefix(end);
  }
  return parts;
}

}  // namespace

Environment Environment::from(const char* const* variables) {
  Environment result;
  for (; variables != nullptr && *variables != nullptr; ++variables) {
    const std::string_view variable(*variables);
    const std::size_t equals = variable.find('=');
    if (equals == std::string_view::npos) continue;
    result.variables_.emplace(variable.substr(0, equals), variable.substr(equals + 1));
  }
  return result;
}

std::optional<std::string> Environment::find(std::string_view name) const {
  const auto variable = variables_.find(name);
  if (variable == variables_.end()) return std::nullopt;
  return variable->second;
}

void Environment::add_values(std::vector<GivenOption>& given, const OptionInfo& option) const {
  if (option.place == OptionPlace::CommandLineOnly) return;
  const std::string name = environment_name(option);
  const std::optional<std::string> value = find(name);
  if (!value || (value->empty() && !option.may_be_empty)) return;
  const std::vector<std::string> values =
      option.is_repeatable ? split_at_blanks(*value) : std::vector<std::string>{*value};
  for (const std::string& one : values) {
    add_given(given, {option.option, one, OptionSource::Environment, name});
  }
}

std::vector<GivenOption> Environment::options() const {
  std::vector<GivenOption> given;
  for (const OptionInfo& option : option_table()) add_values(given, option);
  return given;
}

std::vector<GivenOption> Environment::readable_options() const {
  std::vector<GivenOption> given;
  for (const OptionInfo& option : option_table()) {
    try {
      add_values(given, option);
    } catch (const Error&) {
      continue;  // options() tells it
    }
  }
  return given;
}

std::vector<std::string> Environment::https_proxies() const {
  std::vector<std::string> addresses;
  for (const std::string_view name : {"https_proxy", "HTTPS_PROXY", "all_proxy", "ALL_PROXY"}) {
    std::string address = find(name).value_or("");
    if (!address.empty()) addresses.push_back(std::move(address));
  }
  return addresses;
}

std::vector<std::string> Environment::unknown_names() const {
  std::set<std::string> known;
  for (const OptionInfo& option : option_table()) {
    if (option.place != OptionPlace::CommandLineOnly) known.insert(environment_name(option));
  }
  std::vector<std::string> unknown;
  for (const auto& [name, value] : variables_) {
    if (name.starts_with(kPrefix) && !known.contains(name)) unknown.push_back(name);
  }
  return unknown;
}

}  // namespace vrni2syslog
