#include "app/settings/settings.h"

#include "app/options/value_parsers.h"
#include "app/settings/capture_options.h"
#include "app/settings/collector_settings.h"
#include "app/settings/line_settings.h"
#include "app/settings/login_settings.h"
#include "app/settings/metric_settings.h"
#include "app/settings/search_filter.h"
#include "app/settings/state_settings.h"
#include "app/settings/window_plan.h"
#include "base/duration.h"
#include "transport/collector_address.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <iterator>

namespace vrni2syslog {
namespace {

constexpr std::array<std::pair<std::string_view, LogLevel>, 4> kLogLevels{
    {{"error", LogLevel::Error},
     {"warning", LogLevel::Warning},
     {"info", LogLevel::Info},
     {"debug", LogLevel::Debug}}};
constexpr std::array<std::pair<std::string_view, LogFormat>, 2> kLogFormats{
    {{"text", LogFormat::Text}, {"json", LogFormat::Json}}};

constexpr std::array kWindowOptions{Option::Last, Option::Yesterday, Option::Since, Option::Until};

[[nodiscard]] TlsSettings make_platform_tls(const OptionValues& values) {
  TlsSettings tls;
  tls.is_insecure = values.is_set(Option::Insecure);
  if (values.is_given(Option::PlatformCaFile)) {
    tls.ca_file = values.parse(Option::PlatformCaFile, parse_input_file);
  }
  if (values.is_given(Option::PlatformFingerprint)) {
    tls.fingerprint = values.parse(Option::PlatformFingerprint, parse_fingerprint);
  }
  return tls;
}

[[nodiscard]] PlatformSettings make_platform(const OptionValues& values, LoginKind login) {
  PlatformSettings platform;
  platform.url = make_platform_url(values, login);
  platform.tls = make_platform_tls(values);
  platform.connect_timeout = values.parse(Option::ConnectTimeout, parse_time_limit);
  platform.answer_timeout = values.parse(Option::AnswerTimeout, parse_time_limit);
  platform.concurrency = values.parse(Option::Concurrency, [](std::string_view text) {
    return parse_count(text, kMaxConcurrency);
  });
  return platform;
}

/// The options that name the window.
[[nodiscard]] std::vector<Option> window_options(const OptionValues& values) {
  std::vector<Option> given;
  std::ranges::copy_if(kWindowOptions, std::back_inserter(given),
                       [&](Option option) { return values.is_given(option); });
  return given;
}

[[nodiscard]] WindowRequest make_window_request(const OptionValues& values, UnixSeconds now) {
  WindowRequest request;
  request.zone = values.parse(Option::TimeZone, TimeZone::locate);
  request.settle = values.parse(Option::Settle, parse_duration);
  request.is_yesterday = values.is_set(Option::Yesterday);
  const auto parse_start = [&](std::string_view text) { return parse_time(text, request.zone); };
  const auto parse_until = [&](std::string_view text) {
    return parse_end(text, request.zone, now);
  };
  if (values.is_given(Option::Last)) request.last = values.parse(Option::Last, parse_duration);
  if (values.is_given(Option::Since)) request.since = values.parse(Option::Since, parse_start);
  if (values.is_given(Option::Until)) request.until = values.parse(Option::Until, parse_until);
  if (values.is_given(Option::Resolution)) {
    request.resolution = values.parse(Option::Resolution, parse_resolution);
  }
  return request;
}

[[nodiscard]] TimeWindow make_window(const OptionValues& values, const WindowRequest& request,
                                     UnixSeconds now) {
  try {
    return plan_window(request, now);
  } catch (const Error& error) {
    const std::vector<Option> given = window_options(values);
    // Without them the window can only be wrong in how it is cut, or in what the filter says.
    throw given.empty() ? values.error({Option::Filter, Option::Resolution}, error.what())
                        : values.error(given, error.what());
  }
}

[[nodiscard]] WindowRequest make_window_request(const OptionValues& values,
                                                const SearchFilter& filter, UnixSeconds now) {
  WindowRequest request = make_window_request(values, now);
  if (!filter.last) return request;
  std::vector<Option> given = window_options(values);
  if (!given.empty()) {
    given.push_back(Option::Filter);
    throw values.error(given, "each names a window ('in last ...' in the filter); give one");
  }
  request.last = filter.last;
  return request;
}

void set_named_window(Settings& settings, const OptionValues& values, const WindowRequest& request,
                      UnixSeconds now) {
  settings.window = make_window(values, request, now);
  if (request.last && !values.is_given(Option::Last)) {
    settings.notes.push_back(
        fmt::format("{}: 'in last ...' at its end names the window of the run: {} to {}",
                    values.origin(Option::Filter), to_rfc3339(settings.window.start),
                    to_rfc3339(settings.window.end)));
  }
  const std::string warning = window_warning(request, settings.window, now);
  if (!warning.empty()) settings.warnings.push_back(warning);
}

/// Takes the job up, once everything else is known to be right.
void set_next_window(Settings& settings, const OptionValues& values, const WindowRequest& request,
                     const SettingsContext& context) {
  settings.job = make_job_settings(
      values, context.environment,
      make_job_identity(settings.platform.url.api_base, settings.filter, settings.collectors));
  JobStart start{{}, context.now};
  // A check looks at the state as one of its steps, whatever that says of the window.
  if (context.open_job && settings.mode != RunMode::Check) start = context.open_job(*settings.job);
  try {
    settings.window = plan_next_window(request, start.progress, start.now);
    settings.settle = request.settle;
    // A clock that is ahead takes away from the time that late flows have: some of it must be left.
    settings.platform.least_age = request.settle / 2;
  } catch (const Error& error) {
    if (error.fault() != Fault::Usage) {
      throw error.within(fmt::format("job {}", settings.job->name));
    }
    throw values.error(Option::Resolution, error.what());
  }
  const std::string warning = lag_warning(start.progress, start.now);
  if (!warning.empty()) settings.warnings.push_back(warning);
}

void set_window(Settings& settings, const OptionValues& values, const WindowRequest& request,
                const SettingsContext& context) {
  if (names_window(request) || settings.mode == RunMode::ShowVidmClient) {
    check_job_options(values);
    set_named_window(settings, values, request, context.now);
  } else {
    set_next_window(settings, values, request, context);
  }
}

/// Asks of no collector what its transport cannot know: every run would fail, after all was sent.
void require_confirmable(const Settings& settings, const OptionValues& values) {
  if (!settings.required_verdict) return;
  for (const CollectorAddress& address : settings.collectors) {
    for (const Endpoint& endpoint : address) {
      if (best_verdict(endpoint) >= *settings.required_verdict) continue;
      throw values.error(Option::Confirm,
                         fmt::format("{} can confirm no more than '{}'", endpoint.display_name(),
                                     name_of(best_verdict(endpoint))));
    }
  }
}

/// From where to where the lines go: of a dry run, those that it shows.
[[nodiscard]] std::string scope_of(const Settings& settings) {
  std::vector<std::string> collectors;
  for (const CollectorAddress& address : settings.collectors) {
    std::string names;
    for (const Endpoint& endpoint : address) names += endpoint.display_name() + ',';
    collectors.push_back(std::move(names));
  }
  std::ranges::sort(collectors);
  std::string scope = settings.platform.url.host;
  for (const std::string& names : collectors) scope += ' ' + names;
  return scope;
}

void set_collectors(Settings& settings, const OptionValues& values) {
  settings.collectors = make_collectors(values, settings.warnings);
  if (settings.sent_flows) settings.sent_flows->scope = scope_of(settings);
  settings.collector_options = make_collector_options(values);
  settings.required_verdict = make_required_verdict(values);
  if (settings.mode == RunMode::ShowVidmClient || settings.mode == RunMode::DryRun) return;
  if (settings.collectors.empty()) {
    throw Error(Fault::Usage,
                "no collector: give --collector URL, as in tls://vrli.example.com, or --dry-run");
  }
  require_confirmable(settings, values);
}

/// A dry run looks at the state as the run would, and then writes to standard output alone.
void set_standard_output(Settings& settings) {
  settings.collectors = {parse_collector("-", TlsSettings{})};
  settings.required_verdict.reset();
}

void warn_of_insecurity(Settings& settings, const OptionValues& values, LoginKind login) {
  if (!values.is_set(Option::Insecure)) return;
  // What is pinned is verified; the cloud's console cannot be pinned.
  const bool is_pinned = settings.platform.tls.fingerprint.has_value();
  if (login == LoginKind::Cloud) {
    settings.warnings.push_back(fmt::format(
        "{}: {} not verified, so whoever is in between can read the API token, which the console "
        "receives and which lives for long",
        values.origin(Option::Insecure),
        is_pinned ? "the certificate of the Cloud Services console is"
                  : "the certificates of the Cloud Services console and of the cloud API are"));
  } else if (!is_pinned) {
    settings.warnings.push_back(values.origin(Option::Insecure) +
                                ": the platform's certificate is not verified, so whoever is in "
                                "between can read the password or token");
  }
}

void set_report(Settings& settings, const OptionValues& values) {
  if (!values.is_given(Option::Report)) return;
  const bool is_run = settings.mode == RunMode::Send || settings.mode == RunMode::DryRun;
  if (is_run) {
    settings.report = values.parse(Option::Report, parse_report_path);
  } else if (values.of(Option::Report).back().source == OptionSource::CommandLine) {
    throw values.error(Option::Report, "only a run has a report");
  }
}

}  // namespace

LogSettings make_log_settings(const OptionValues& values) {
  return {values.parse(Option::LogLevel,
                       [](std::string_view text) { return parse_keyword(text, kLogLevels); }),
          values.parse(Option::LogFormat,
                       [](std::string_view text) { return parse_keyword(text, kLogFormats); })};
}

RunMode make_mode(const OptionValues& values) {
  constexpr std::pair<Option, RunMode> kModes[] = {
      {Option::Check, RunMode::Check},
      {Option::DryRun, RunMode::DryRun},
      {Option::GetVidmClientId, RunMode::ShowVidmClient},
      {Option::Status, RunMode::Status},
      {Option::Forget, RunMode::Forget},
      {Option::SetWatermark, RunMode::SetWatermark}};
  std::vector<Option> given;
  RunMode mode = RunMode::Send;
  for (const auto& [option, its_mode] : kModes) {
    const bool is_asked_for =
        info_of(option).is_flag() ? values.is_set(option) : values.is_given(option);
    if (!is_asked_for) continue;
    given.push_back(option);
    mode = its_mode;
  }
  if (given.size() > 1) throw values.error(given, "these exclude one another");
  return mode;
}

JobSettings make_job(const OptionValues& values, const Environment& environment) {
  std::vector<std::string> warnings;
  const PlatformUrl platform = make_platform_url(values, choose_login(values, environment));
  const SearchFilter filter = values.parse(Option::Filter, parse_search_filter);
  const std::vector<CollectorAddress> collectors = make_collectors(values, warnings);
  if (collectors.empty()) {
    throw Error(Fault::Usage,
                "which job? Give its collectors as in a run (--collector URL), or the name of one "
                "that there is (--job NAME; --status lists them)");
  }
  return make_job_settings(values, environment,
                           make_job_identity(platform.api_base, filter.text, collectors));
}

Settings make_settings(const OptionValues& values, const SettingsContext& context) {
  Settings settings;
  settings.mode = make_mode(values);
  check_capture_options(values);
  // In a replay nobody logs in, whatever systemd credentials there are.
  const LoginKind login = values.is_given(Option::Source)
                              ? LoginKind::Password
                              : choose_login(values, context.environment);
  settings.platform = make_platform(values, login);
  const SearchFilter filter = values.parse(Option::Filter, parse_search_filter);
  const WindowRequest window = make_window_request(values, filter, context.now);
  settings.filter = filter.text;
  settings.resolution = window.resolution;
  settings.zone = window.zone;
  settings.sent_flows =
      make_sent_flow_settings(values, context.environment, settings.mode == RunMode::DryRun);
  settings.lines = make_line_options(values, settings.platform.url.host);
  settings.format = make_format_name(values, settings.lines);
  set_counters(settings, values);
  set_collectors(settings, values);
  settings.send_manifest = !values.is_set(Option::NoManifest);
  settings.deadline = values.parse(Option::Deadline, parse_time_limit);
  set_report(settings, values);
  set_window(settings, values, window, context);
  warn_of_short_window(settings, values);
  if (settings.mode == RunMode::DryRun) set_standard_output(settings);
  if (values.is_given(Option::SaveCapture)) {
    settings.platform.save_capture = {values.text(Option::SaveCapture),
                                      describe_run(settings, values, context.now)};
  }
  if (values.is_given(Option::Source)) {
    settings.platform.replay_from = values.parse(Option::Source, parse_source);
    // There is nobody to log in to; the name is for messages.
    PasswordCredentials nobody;
    nobody.username = values.text(Option::Username);
    settings.platform.credentials = std::move(nobody);
    return settings;
  }
  warn_of_insecurity(settings, values, login);
  // Last, so that nobody is asked for a password before everything else is right.
  if (settings.mode != RunMode::ShowVidmClient) {
    settings.platform.credentials =
        make_credentials(values, login, settings.platform.url.host,
                         {context.environment, context.prompt, settings.warnings});
  }
  return settings;
}

}  // namespace vrni2syslog
