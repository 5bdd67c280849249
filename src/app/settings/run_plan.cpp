#include "app/settings/run_plan.h"

#include "app/settings/extra_fields.h"
#include "base/duration.h"
#include "base/error.h"
#include "transport/contract/collector_options.h"

#include <fmt/format.h>

#include <chrono>
#include <utility>

namespace vrni2syslog {
namespace {

void add(std::vector<std::string>& list, std::string text) {
  if (!text.empty()) list.push_back(std::move(text));
}

[[nodiscard]] TimeWindow make_named_window(const WindowRequest& request, const OptionValues& values,
                                           UnixSeconds now) {
  try {
    return plan_window(request, now);
  } catch (const Error& error) {
    const std::vector<Option> given = given_window_options(values);
    // If none is given, only the units or the filter can be wrong.
    throw given.empty() ? values.error({Option::Filter, Option::Resolution}, error.what())
                        : values.error(given, error.what());
  }
}

[[nodiscard]] RunPlan plan_named_window(const WindowRequest& request, const OptionValues& values,
                                        UnixSeconds now) {
  RunPlan plan;
  plan.window = make_named_window(request, values, now);
  if (request.last && !values.is_given(Option::Last)) {
    plan.notes.push_back(fmt::format(
        "{}: 'in last ...' at its end names the window of the run: {} to {}",
        values.origin(Option::Filter), to_rfc3339(plan.window.start), to_rfc3339(plan.window.end)));
  }
  add(plan.warnings, window_warning(request, plan.window, now));
  return plan;
}

[[nodiscard]] RunPlan plan_job(const Settings& settings, const OptionValues& values,
                               const std::optional<Checkpoint>& job, UnixSeconds now) {
  RunPlan plan;
  try {
    plan.window = plan_next_window(settings.window_request, job, now);
  } catch (const Error& error) {
    if (error.fault() == Fault::Usage) throw values.error(Option::Resolution, error.what());
    throw error.within(fmt::format("job {}", settings.job->name));
  }
  // A clock that is ahead takes away from the time that late flows have: some of it must be left.
  plan.least_age = settings.window_request.settle / 2;
  add(plan.warnings, lag_warning(job, now));
  return plan;
}

/// Whether the collector puts the time of arrival in the place of an older time.
[[nodiscard]] bool loses_old_times(const Endpoint& endpoint) {
  const bool is_log_insight = endpoint.scheme == "cfapi" || endpoint.scheme == "cfapi+http";
  return is_log_insight && endpoint.ingestion.api == IngestionApi::V1 &&
         endpoint.ingestion.user.empty();
}

/// Names one such collector of a run that sends older flows; empty if there is none.
[[nodiscard]] std::string lost_times_warning(const Settings& settings, const TimeWindow& window,
                                             UnixSeconds now) {
  constexpr std::chrono::minutes kTrustedAge{10};
  const bool is_old = !window.is_empty() && window.start < now - kTrustedAge;
  if (settings.mode != RunMode::Send || !is_old) return {};
  for (const CollectorAddress& address : settings.collectors) {
    for (const Endpoint& endpoint : address) {
      if (!loses_old_times(endpoint)) continue;
      return fmt::format(
          "{}: without a session Log Insight puts the time of arrival in the place of times more "
          "than {} ago, and the window begins at {}; add ?user=NAME, and the account's password "
          "with --collector-password-file",
          endpoint.display_name(), format_duration(kTrustedAge), to_rfc3339(window.start));
    }
  }
  return {};
}

}  // namespace

RunPlan plan_run(const Settings& settings, const OptionValues& values,
                 const std::optional<Checkpoint>& job, UnixSeconds now) {
  const WindowRequest& request = settings.window_request;
  RunPlan plan =
      settings.job ? plan_job(settings, values, job, now) : plan_named_window(request, values, now);
  plan.units = units_of(plan.window, request.resolution, request.zone);
  if (values.is_given(Option::Metrics) && !settings.extra_fields.empty()) {
    add(plan.warnings, short_window_warning(values, plan.window));
  }
  add(plan.warnings, lost_times_warning(settings, plan.window, now));
  return plan;
}

std::vector<std::optional<std::string>> known_chain_ends(const RunPlan& plan,
                                                         const std::vector<ChainEnd>& ends) {
  std::vector<std::optional<std::string>> known;
  for (const ChainEnd& end : ends) {
    const auto kept = plan.kept_progress.find(known.size());
    const bool was_asked = kept == plan.kept_progress.end() || kept->second != kNotAsked;
    known.push_back(was_asked ? std::optional(end.last) : std::nullopt);
  }
  return known;
}

}  // namespace vrni2syslog
