#include "app/settings/metric_settings.h"

#include "base/ascii.h"
#include "base/duration.h"
#include "format/line_format.h"
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

/// Whether lines show the field, which would otherwise be asked for in vain.
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

/// What happened in a part of an interval cannot be told from the rest.
[[nodiscard]] bool is_short(std::chrono::seconds length) {
  return length > std::chrono::seconds(0) && length < kUsualMetricInterval;
}

void check_length_of_units(const Settings& settings, const OptionValues& values) {
  const std::string interval = format_duration(kUsualMetricInterval);
  if (is_short(settings.resolution)) {
    throw values.error({Option::Metrics, Option::Resolution},
                       fmt::format("the platform counts in intervals of {0}, and units cannot be "
                                   "shorter; give --resolution {0} or more",
                                   interval));
  }
}

/// A field of a counter that nobody asks the platform for has never a value.
void warn_of_empty_fields(Settings& settings, const OptionValues& values) {
  for (const FlowCounter& counter : flow_counters()) {
    const bool is_selected =
        std::ranges::find(settings.lines.fields, counter.field) != settings.lines.fields.end();
    const bool is_asked_for =
        std::ranges::find(settings.counters, counter.field) != settings.counters.end();
    if (!is_selected || is_asked_for) continue;
    settings.warnings.push_back(fmt::format("{}: {} has no value without --metrics {}",
                                            values.origin(Option::Fields),
                                            info_of(counter.field).name, counter.group));
  }
}

void warn_of_metrics_in_vain(Settings& settings, const OptionValues& values) {
  settings.warnings.push_back(
      fmt::format("{}: the platform is not asked for counters, since lines of --format {} do not "
                  "show them; use rfc5424, or leave the metrics out",
                  values.origin(Option::Metrics), settings.format));
}

}  // namespace

void set_counters(Settings& settings, const OptionValues& values) {
  const bool is_wanted = values.is_given(Option::Metrics);
  Groups groups;
  if (is_wanted) groups = values.parse(Option::Metrics, parse_groups);
  if (!shows_fields(settings.format, settings.lines)) {
    if (is_wanted) warn_of_metrics_in_vain(settings, values);
    return;
  }
  if (is_wanted) {
    for (const std::string_view group : groups) {
      const std::vector<FlowField> counters = counters_of(group, settings.lines.fields);
      if (counters.empty()) {
        throw values.error({Option::Metrics, Option::Fields},
                           fmt::format("the fields to write are without {}; add it, or leave the "
                                       "metric out",
                                       group));
      }
      settings.counters.insert(settings.counters.end(), counters.begin(), counters.end());
    }
    check_length_of_units(settings, values);
  }
  warn_of_empty_fields(settings, values);
}

void warn_of_short_window(Settings& settings, const OptionValues& values) {
  // No error: the flows of a job that runs every few minutes are worth more than its counters.
  if (settings.counters.empty() || !is_short(settings.window.end - settings.window.start)) return;
  settings.warnings.push_back(fmt::format(
      "{}: the window is shorter than {}, the interval in which the platform counts: lines have "
      "the counters of an interval that is stamped in it, or none",
      values.origin(Option::Metrics), format_duration(kUsualMetricInterval)));
}

}  // namespace vrni2syslog
