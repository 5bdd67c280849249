#include "app/settings/extra_fields.h"

#include "base/duration.h"
#include "base/text/ascii.h"
#include "vrni/metrics/flow_counter.h"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>

namespace vrni2syslog {
namespace {

using Groups = std::vector<std::string_view>;

[[nodiscard]] Groups known_groups() {
  Groups groups;
  for (const FlowCounter& counter : flow_counters()) {
    if (counter.is_main) groups.push_back(counter.group);
  }
  return groups;
}

[[nodiscard]] Groups parse_groups(std::string_view list) {
  const Groups known = known_groups();
  Groups groups;
  for (const std::string_view name : split_at_commas(list)) {
    const auto group = std::ranges::find(known, name);
    if (group == known.end()) {
      throw Error(Fault::Usage, fmt::format("there is no metric '{}'; write some of: {}",
                                            printable(name), fmt::join(known, ",")));
    }
    if (std::ranges::find(groups, *group) != groups.end()) {
      throw Error(Fault::Usage, fmt::format("metric {} is named twice", *group));
    }
    groups.push_back(*group);
  }
  return groups;
}

/// Whether lines show the field. If not, there is no use in asking for it.
[[nodiscard]] bool is_written(FlowField field, const std::vector<FlowField>& selected) {
  return selected.empty() || std::ranges::find(selected, field) != selected.end();
}

[[nodiscard]] std::vector<FlowField> counters_of(std::string_view group,
                                                 const std::vector<FlowField>& selected) {
  std::vector<FlowField> counters;
  for (const FlowCounter& counter : flow_counters()) {
    if (counter.group == group && is_written(counter.field, selected))
      counters.push_back(counter.field);
  }
  return counters;
}

/// Shorter than the interval in which platforms count: the counters of a part of an interval are
/// not known.
[[nodiscard]] bool is_short(std::chrono::seconds length) {
  return length > std::chrono::seconds(0) && length < kUsualMetricInterval;
}

void check_length_of_units(const OptionValues& values, std::chrono::seconds resolution) {
  const std::string interval = format_duration(kUsualMetricInterval);
  if (is_short(resolution)) {
    throw values.error({Option::Metrics, Option::Resolution},
                       fmt::format("the platform counts in intervals of {0}, and units cannot be "
                                   "shorter; give --resolution {0} or more",
                                   interval));
  }
}

[[nodiscard]] std::vector<FlowField> counters_of(const Groups& groups,
                                                 const std::vector<FlowField>& selected,
                                                 const OptionValues& values) {
  std::vector<FlowField> counters;
  for (const std::string_view group : groups) {
    const std::vector<FlowField> of_group = counters_of(group, selected);
    if (of_group.empty()) {
      throw values.error({Option::Metrics, Option::Fields},
                         fmt::format("the fields to write are without {}; add it, or leave the "
                                     "metric out",
                                     group));
    }
    counters.insert(counters.end(), of_group.begin(), of_group.end());
  }
  return counters;
}

/// The field of a counter that the platform is not asked for never has a value.
void warn_of_empty_fields(const OptionValues& values, const std::vector<FlowField>& selected,
                          const std::vector<FlowField>& counters,
                          std::vector<std::string>& warnings) {
  const auto has = [](const std::vector<FlowField>& fields, FlowField field) {
    return std::ranges::find(fields, field) != fields.end();
  };
  for (const FlowCounter& counter : flow_counters()) {
    if (!has(selected, counter.field) || has(counters, counter.field)) continue;
    warnings.push_back(fmt::format("{}: {} has no value without --metrics {}",
                                   values.origin(Option::Fields), info_of(counter.field).name,
                                   counter.group));
  }
}

[[nodiscard]] std::string metrics_in_vain(const OptionValues& values, std::string_view format) {
  return fmt::format(
      "{}: the platform is not asked for counters, since lines of --format {} do not "
      "show them; use rfc5424, or leave the metrics out",
      values.origin(Option::Metrics), format);
}

[[nodiscard]] std::string vm_details_in_vain(const OptionValues& values, std::string_view format) {
  return fmt::format(
      "{}: the platform is not asked for details of VMs, since lines of --format {} with these "
      "fields do not show them; add some to --fields, use rfc5424, or leave the option out",
      values.origin(Option::VmDetails), format);
}

}  // namespace

std::vector<FlowField> make_counters(const OptionValues& values, std::string_view format,
                                     const LineOptions& lines, std::chrono::seconds resolution,
                                     std::vector<std::string>& warnings) {
  const bool is_wanted = values.is_given(Option::Metrics);
  Groups groups;
  if (is_wanted) groups = values.parse(Option::Metrics, parse_groups);
  if (!shows_fields(format, lines)) {
    if (is_wanted) warnings.push_back(metrics_in_vain(values, format));
    return {};
  }
  std::vector<FlowField> counters = counters_of(groups, lines.fields, values);
  if (is_wanted) check_length_of_units(values, resolution);
  warn_of_empty_fields(values, lines.fields, counters, warnings);
  return counters;
}

std::vector<FlowField> make_vm_details(const OptionValues& values, std::string_view format,
                                       const LineOptions& lines,
                                       std::vector<std::string>& warnings) {
  std::vector<FlowField> shown;
  for (const FlowFieldInfo& info : flow_fields()) {
    if (info.kind == FieldKind::VmDetail && shows_fields(format, lines) &&
        is_written(info.field, lines.fields))
      shown.push_back(info.field);
  }
  if (values.is_set(Option::VmDetails)) {
    if (shown.empty()) warnings.push_back(vm_details_in_vain(values, format));
    return shown;
  }
  if (lines.fields.empty()) return {};
  for (const FlowField field : shown) {
    warnings.push_back(fmt::format("{}: {} has no value without --vm-details",
                                   values.origin(Option::Fields), info_of(field).name));
  }
  return {};
}

std::string short_window_warning(const OptionValues& values, const TimeWindow& window) {
  if (!is_short(window.end - window.start)) return {};
  return fmt::format(
      "{}: the window is shorter than {}, the interval in which the platform counts: lines have "
      "the counters of an interval that is stamped in it, or none",
      values.origin(Option::Metrics), format_duration(kUsualMetricInterval));
}

}  // namespace vrni2syslog
