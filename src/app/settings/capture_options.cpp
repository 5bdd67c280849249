#include "app/settings/capture_options.h"

#include "app/options/option_names.h"
#include "app/options/version.h"
#include "app/settings/settings.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>

namespace vrni2syslog {
namespace {

constexpr std::string_view kFileScheme = "file:";

/// All options that decide which calls are made; if one were missing, a replay would make others.
constexpr std::array kCapturedOptions{Option::PlatformIp, Option::Since,    Option::Until,
                                      Option::Settle,     Option::TimeZone, Option::Resolution,
                                      Option::Filter,     Option::Metrics,  Option::VmDetails};

/// Options that are not in the capture if they are not given.
constexpr bool may_be_absent(Option option) {
  return option == Option::Resolution || option == Option::Metrics || option == Option::VmDetails;
}

[[nodiscard]] bool is_of_platform(Option option) {
  const OptionGroup group = info_of(option).group;
  return group == OptionGroup::Platform || group == OptionGroup::Logins ||
         option == Option::DeploymentType;
}

void refuse_both(const OptionValues& values, Option one, Option other, std::string_view reason) {
  if (values.is_given(one) && values.is_given(other)) throw values.error({one, other}, reason);
}

/// The cloud service has its API below another path than a platform; a capture does not tell them
/// apart.
[[nodiscard]] std::string without_path(const std::string& url) {
  const std::size_t authority = url.find("://") + 3;
  return url.substr(0, url.find('/', authority));
}

/// The value of a captured option that makes another run ask for the same.
[[nodiscard]] std::string value_of(Option option, const Settings& settings,
                                   const TimeWindow& window, const OptionValues& values) {
  switch (option) {
    case Option::PlatformIp:
      return without_path(settings.platform.api.url);
    case Option::Since:
      return to_rfc3339(window.start);
    case Option::Until:
      return to_rfc3339(window.end);
    case Option::Filter:
      return settings.filter;
    default:
      return values.text(option);
  }
}

}  // namespace

std::filesystem::path parse_source(std::string_view text) {
  std::string_view directory = text;
  if (directory.starts_with(kFileScheme)) {
    directory.remove_prefix(kFileScheme.size());
    if (directory.starts_with("///")) directory.remove_prefix(2);
    if (!directory.empty() && !directory.starts_with("//")) return std::filesystem::path(directory);
  }
  throw Error(Fault::Usage,
              fmt::format("'{}' is not a source of flows; write file:DIR, as in "
                          "file:/var/tmp/capture, the directory of --save-capture; without it the "
                          "flows come from --platform-ip",
                          printable(text)));
}

std::filesystem::path make_replay_source(const OptionValues& values) {
  refuse_both(values, Option::Source, Option::SaveCapture,
              "a capture is there already; copy its directory");
  if (values.is_set(Option::Check)) {
    refuse_both(values, Option::Check, Option::SaveCapture,
                "a check reads no flows; capture a dry run (--dry-run)");
    refuse_both(values, Option::Check, Option::Source,
                "there is no platform to check; try the capture by a dry run (--dry-run)");
  }
  if (!values.is_given(Option::Source)) return {};
  std::filesystem::path source = values.parse(Option::Source, parse_source);
  for (const OptionInfo& info : option_table()) {
    const bool is_asked_for = is_of_platform(info.option) && values.is_given(info.option) &&
                              values.of(info.option).back().source == OptionSource::CommandLine;
    if (!is_asked_for) continue;
    throw values.error({info.option, Option::Source},
                       "a capture answers in the platform's place and no platform is asked; leave "
                       "one of them out");
  }
  return source;
}

std::vector<GivenOption> captured_options(const CaptureDescription& description,
                                          const std::filesystem::path& directory) {
  const std::string path = printable((directory / kCaptureDescriptionName).string());
  std::vector<GivenOption> options;
  for (const auto& [name, value] : description.options) {
    const OptionInfo* info = find_option(name);
    if (info == nullptr ||
        std::ranges::find(kCapturedOptions, info->option) == kCapturedOptions.end()) {
      throw Error(Fault::Data,
                  fmt::format("{}: this version takes no option '{}' from a capture; it was made "
                              "by {}",
                              path, printable(name, 60), printable(description.program, 60)));
    }
    add_given(options, {info->option, value, OptionSource::Capture,
                        fmt::format("{}: {}", path, info->name)});
  }
  for (const Option option : kCapturedOptions) {
    if (may_be_absent(option) ||
        std::ranges::find(options, option, &GivenOption::option) != options.end()) {
      continue;
    }
    throw Error(Fault::Data, fmt::format("{}: there is no '{}' in it", path, info_of(option).name));
  }
  return options;
}

std::vector<GivenOption> without_platform(std::vector<GivenOption> options) {
  std::erase_if(options, [](const GivenOption& given) {
    return is_of_platform(given.option) || info_of(given.option).group == OptionGroup::Flows;
  });
  return options;
}

CaptureDescription describe_run(const Settings& settings, const TimeWindow& window,
                                const OptionValues& values, UnixSeconds now) {
  CaptureDescription description;
  description.program = fmt::format("vrni2syslog {}", kVersion);
  description.made = to_rfc3339(now);
  for (const Option option : kCapturedOptions) {
    if (may_be_absent(option) && !values.is_given(option)) continue;
    description.options.emplace_back(info_of(option).name,
                                     value_of(option, settings, window, values));
  }
  return description;
}

}  // namespace vrni2syslog
