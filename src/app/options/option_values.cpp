#include "app/options/option_values.h"

#include "app/options/option_names.h"

#include <fmt/format.h>

#include <algorithm>
#include <bitset>

namespace vrni2syslog {
namespace {

[[nodiscard]] Fault fault_for(OptionSource source) {
  switch (source) {
    case OptionSource::CommandLine:
    case OptionSource::Default:
      return Fault::Usage;
    case OptionSource::Capture:
      return Fault::Data;
    case OptionSource::Environment:
    case OptionSource::ConfigFile:
      break;
  }
  return Fault::Configuration;
}

[[nodiscard]] std::string flag_value(const GivenOption& given) {
  const auto is_one_of = [&](std::initializer_list<std::string_view> words) {
    return std::ranges::find(words, given.value) != words.end();
  };
  if (is_one_of({"yes", "true", "on", "1"})) return "yes";
  if (is_one_of({"no", "false", "off", "0"})) return "no";
  throw Error(fault_for(given.source),
              fmt::format("{}: '{}' is neither yes nor no", given.origin, printable(given.value)));
}

/// The options that a source with higher precedence has replaced.
class Replaced {
 public:
  [[nodiscard]] bool contains(Option option) const {
    const OptionTopic topic = info_of(option).topic;
    return options_[static_cast<std::size_t>(option)] ||
           (topic != OptionTopic::Own && topics_[static_cast<std::size_t>(topic)]);
  }
  void add(Option option) {
    options_.set(static_cast<std::size_t>(option));
    topics_.set(static_cast<std::size_t>(info_of(option).topic));
  }

 private:
  std::bitset<kOptionCount> options_;
  std::bitset<static_cast<std::size_t>(OptionTopic::Collector) + 1> topics_;
};

}  // namespace

void add_given(std::vector<GivenOption>& options, GivenOption given) {
  const OptionInfo& info = info_of(given.option);
  if (info.is_flag()) {
    given.value = flag_value(given);
  } else if (given.value.empty() && !info.may_be_empty) {
    throw Error(fault_for(given.source),
                fmt::format("{} needs a value: {}", given.origin, value_name(info)));
  }
  options.push_back(std::move(given));
}

OptionValues::OptionValues(const std::vector<std::vector<GivenOption>>& sources) {
  Replaced replaced;
  for (const std::vector<GivenOption>& source : sources) {
    Replaced with_this = replaced;
    for (const GivenOption& given : source) {
      if (replaced.contains(given.option)) continue;
      auto& values = values_[static_cast<std::size_t>(given.option)];
      if (!info_of(given.option).is_repeatable) values.clear();
      values.push_back(given);
      with_this.add(given.option);
    }
    replaced = with_this;
  }
}

std::string OptionValues::text(Option option) const {
  return is_given(option) ? of(option).back().value : std::string(info_of(option).default_value);
}

std::string OptionValues::origin(Option option) const {
  return is_given(option) ? of(option).back().origin : fmt::format("--{}", info_of(option).name);
}

Error OptionValues::error(Option option, std::string_view message) const {
  const OptionSource source = is_given(option) ? of(option).back().source : OptionSource::Default;
  return Error(fault_for(source), fmt::format("{}: {}", origin(option), message));
}

Error OptionValues::error(const std::vector<Option>& options, std::string_view message) const {
  std::string origins;
  OptionSource source = OptionSource::Default;
  for (const Option option : options) {
    if (!is_given(option)) continue;
    if (origins.empty()) source = of(option).back().source;
    origins += fmt::format("{}{}", origins.empty() ? "" : " and ", origin(option));
  }
  return Error(fault_for(source), fmt::format("{}: {}", origins, message));
}

Error OptionValues::error_at(const GivenOption& given, const Error& error) {
  const Fault fault = error.fault() == Fault::Usage ? fault_for(given.source) : error.fault();
  return Error(fault, fmt::format("{}: {}", given.origin, error.what()));
}

}  // namespace vrni2syslog
