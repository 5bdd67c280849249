#include "app/settings/settings.h"

#include "app/options/config_file.h"
#include "app/options/value_parsers.h"
#include "app/settings/capture_options.h"
#include "app/settings/collector_settings.h"
#include "app/settings/extra_fields.h"
#include "app/settings/line_settings.h"
#include "app/settings/login_settings.h"
#include "app/settings/manifest_keys.h"
#include "app/settings/search_filter.h"
#include "app/settings/state_settings.h"
#include "app/settings/tls_options.h"
#include "transport/collector_address.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <iterator>
#include <utility>

namespace vrni2syslog {
namespace {

constexpr std::array<std::pair<std::string_view, LogLevel>, 4> kLogLevels{
    {{"error", LogLevel::Error},
     {"warning", LogLevel::Warning},
     {"info", LogLevel::Info},
     {"debug", LogLevel::Debug}}};

/// In a replay nobody logs in, whatever systemd credentials there are; the name is for messages.
[[nodiscard]] Credentials make_nobody(const OptionValues& values) {
  PasswordCredentials nobody;
  nobody.username = values.text(Option::Username);
  return nobody;
}

[[nodiscard]] PlatformSettings make_platform(const OptionValues& values, const SystemFacts& facts) {
  PlatformSettings platform;
  platform.replay_from = make_replay_source(values);
  platform.credentials =
      platform.replay_from.empty() ? make_login(values, facts) : make_nobody(values);
  platform.api = make_platform_url(values, platform.credentials);
  platform.tls = make_platform_tls(values);
  platform.connect_timeout = values.parse(Option::ConnectTimeout, parse_time_limit);
  platform.answer_timeout = values.parse(Option::AnswerTimeout, parse_time_limit);
  platform.proxy_passwords = facts.proxy_passwords;
  platform.concurrency = values.parse(Option::Concurrency, [](std::string_view text) {
    return parse_count(text, kMaxConcurrency);
  });
  if (values.is_given(Option::SaveCapture)) {
    platform.save_capture = values.text(Option::SaveCapture);
  }
  return platform;
}

/// Refuses --confirm if it asks for more than a collector's transport can know: every run would
/// fail after it has sent everything.
void require_confirmable(const OptionValues& values, Verdict required,
                         const std::vector<CollectorAddress>& collectors) {
  for (const CollectorAddress& address : collectors) {
    for (const Endpoint& endpoint : address) {
      if (best_verdict(endpoint) >= required) continue;
      throw values.error(Option::Confirm,
                         fmt::format("{} can confirm no more than '{}'", endpoint.display_name(),
                                     name_of(best_verdict(endpoint))));
    }
  }
}

/// The scope of SentFlowSettings: from which platform to which collectors the flows go.
[[nodiscard]] std::string scope_of(const std::string& platform,
                                   const std::vector<CollectorAddress>& collectors) {
  std::vector<std::string> lists;
  lists.reserve(collectors.size());
  for (const CollectorAddress& address : collectors)
    lists.push_back(one_spelling(list_names(address)) + ',');
  std::ranges::sort(lists);
  std::string scope = one_spelling(platform);
  for (const std::string& names : lists) scope += ' ' + names;
  return scope;
}

[[nodiscard]] Error no_collector() {
  return Error(Fault::Usage,
               "no collector: give --collector URL, as in tls://vrli.example.com, or --dry-run");
}

[[nodiscard]] bool sends_to_collectors(RunMode mode) {
  return mode != RunMode::ShowVidmClient && mode != RunMode::DryRun;
}

/// The job that the run continues, if it continues one.
[[nodiscard]] std::optional<JobSettings> find_job(const OptionValues& values,
                                                  const SystemFacts& facts,
                                                  const Settings& settings) {
  if (names_window(settings.window_request) || settings.mode == RunMode::ShowVidmClient) {
    require_valid_job_options(values);
    return std::nullopt;
  }
  return make_job_settings(
      values, facts,
      make_job_identity(settings.platform.api.url, settings.filter, settings.collectors));
}

/// Sets what depends on where the lines go. A dry run looks at the state as the run would, and then
/// writes to standard output alone.
void set_collectors(Settings& settings, const OptionValues& values, const SystemFacts& facts) {
  settings.collectors = make_collectors(values);
  require_login_for_password(values, settings.collectors);
  settings.collector_options = make_collector_options(values);
  settings.collector_options.agent =
      agent_uuid(settings.platform.api.host + " " + values.text(Option::Job));
  settings.collector_options.platform = settings.lines.origin.hostname;
  settings.collector_options.job =
      values.is_given(Option::Job)
          ? values.parse(Option::Job, parse_job_name)
          : default_job_name(
                make_job_identity(settings.platform.api.url, settings.filter, settings.collectors));
  settings.required_verdict = make_required_verdict(values);
  settings.collector_options.required_verdict = settings.required_verdict;
  const bool has_collector = !settings.collectors.empty();
  if (sends_to_collectors(settings.mode)) {
    if (!has_collector && settings.mode != RunMode::Check) throw no_collector();
    if (settings.required_verdict) {
      require_confirmable(values, *settings.required_verdict, settings.collectors);
    }
  }
  // A check without a collector is of the platform alone: there is no job without one.
  if (has_collector || settings.mode != RunMode::Check)
    settings.job = find_job(values, facts, settings);
  // A run of a named window goes on with no job, and yet its lines are that job's.
  settings.lines.origin.job = settings.collector_options.job;
  settings.sent_flows = make_sent_flow_settings(
      values, facts, scope_of(settings.platform.api.host, settings.collectors));
  if (settings.mode != RunMode::DryRun) return;
  if (settings.sent_flows) settings.sent_flows->is_dry_run = true;
  settings.collectors = {parse_collector("-", TlsSettings{})};
  settings.required_verdict.reset();
}

/// What transactions promise cannot hold without the record that ends each, nor if two of our own
/// producers fence each other.
void require_sound_transactions(const Settings& settings, const OptionValues& values) {
  std::vector<std::string> topics;
  for (const CollectorAddress& address : settings.collectors) {
    const KafkaOptions& kafka = address.front().kafka;
    if (!kafka.has_transactions) continue;
    if (!settings.send_manifest) {
      throw values.error(Option::NoManifest,
                         "?transactions=on needs manifests: they say that a unit is whole");
    }
    const std::string name = list_names(address);
    if (std::ranges::find(topics, name) != topics.end()) {
      throw values.error(Option::Collector,
                         "?transactions=on is given twice for one topic: " + name);
    }
    topics.push_back(name);
  }
}

/// A dry run sends nothing that the next manifest could name.
[[nodiscard]] ManifestProof proof_of(const Settings& settings, const OptionValues& values,
                                     const SystemFacts& facts) {
  if (!settings.send_manifest || settings.mode == RunMode::DryRun) return ManifestProof::Unchained;
  return has_manifest_key(values, facts) ? ManifestProof::Signed : ManifestProof::Chained;
}

/// Refuses sizes that leave no room for a collector's lines, before a job is locked.
void require_writable_lines(const OptionValues& values, const Settings& settings) {
  for (const CollectorAddress& address : settings.collectors) {
    require_room_for_lines(values, line_options_for(address, settings.lines),
                           line_format_of(address, settings.format));
  }
}

/// The format that decides whether extra fields are of use: one of a collector whose lines show
/// fields, if there is any.
[[nodiscard]] std::string_view format_that_shows_fields(const Settings& settings) {
  std::string_view format = settings.format;
  for (const CollectorAddress& address : settings.collectors) {
    format = line_format_of(address, settings.format);
    if (shows_fields(format, settings.lines)) break;
  }
  return format;
}

/// What a user of --insecure should know; empty if everything is verified all the same.
[[nodiscard]] std::string insecurity_warning(const OptionValues& values,
                                             const PlatformSettings& platform) {
  if (!platform.tls.is_insecure || !platform.replay_from.empty()) return {};
  // A pinned certificate is verified; that of the cloud's console cannot be pinned.
  const bool is_pinned = platform.tls.fingerprint.has_value();
  if (std::holds_alternative<CloudCredentials>(platform.credentials)) {
    return fmt::format(
        "{}: {} not verified, so anybody in between can read the API token, which the console "
        "receives and which is valid for a long time",
        values.origin(Option::Insecure),
        is_pinned ? "the certificate of the Cloud Services console is"
                  : "the certificates of the Cloud Services console and of the cloud API are");
  }
  if (is_pinned) return {};
  return values.origin(Option::Insecure) +
         ": the platform's certificate is not verified, so anybody in between can read the "
         "password or token";
}

void warn_of_what_protects_nothing(const OptionValues& values, const SystemFacts& facts,
                                   Settings& settings) {
  const std::string warning = insecurity_warning(values, settings.platform);
  if (!warning.empty()) settings.warnings.push_back(warning);
  if (!settings.send_manifest && has_manifest_key(values, facts)) {
    settings.warnings.push_back(values.origin(Option::NoManifest) +
                                ": nothing is signed with --manifest-key, and nobody can prove "
                                "that the lines are unchanged");
  }
  if (values.is_set(Option::InsecurePermissions)) {
    settings.warnings.push_back(
        values.origin(Option::InsecurePermissions) +
        ": whoever can change the configuration or a file that it names can make this program do "
        "anything");
  }
}

/// The file that a run is to write. `objection` is why this one writes none, or empty: an option of
/// the configuration file is for runs of other kinds, too.
[[nodiscard]] std::filesystem::path make_output_path(const OptionValues& values, Option option,
                                                     const std::string& objection) {
  if (!values.is_given(option)) return {};
  if (objection.empty()) return values.text(option);
  if (values.of(option).back().source == OptionSource::CommandLine)
    throw values.error(option, objection);
  return {};
}

/// Tries the file that a run is to write, if there is one.
void require_output(const OptionValues& values, Option option, const std::filesystem::path& path) {
  if (!path.empty()) static_cast<void>(values.parse(option, parse_output_file));
}

[[nodiscard]] std::string objection_to_report(RunMode mode) {
  return mode == RunMode::Send || mode == RunMode::DryRun ? "" : "only a run has a report";
}

[[nodiscard]] std::string objection_to_metrics(const Settings& settings) {
  if (settings.mode == RunMode::Send && settings.job) return "";
  return "only a run that goes on where the job's last run ended has metrics; one over a named "
         "window, and a dry run, can have a --report";
}

}  // namespace

LogFormat make_log_format(const OptionValues& values, LogFormat automatic) {
  const bool is_journal = automatic == LogFormat::Journal;
  const std::array<std::pair<std::string_view, LogFormat>, 4> formats{
      {{"auto", automatic},
       {"text", LogFormat::Text},
       {"json", is_journal ? LogFormat::JournalJson : LogFormat::Json},
       {"journal", LogFormat::Journal}}};
  return values.parse(Option::LogFormat,
                      [&](std::string_view text) { return parse_keyword(text, formats); });
}

LogSettings make_log_settings(const OptionValues& values, LogFormat automatic) {
  return {values.parse(Option::LogLevel,
                       [](std::string_view text) { return parse_keyword(text, kLogLevels); }),
          make_log_format(values, automatic)};
}

RunMode make_mode(const OptionValues& values) {
  constexpr std::pair<Option, RunMode> kModes[] = {
      {Option::Check, RunMode::Check},
      {Option::DryRun, RunMode::DryRun},
      {Option::GetVidmClientId, RunMode::ShowVidmClient},
      {Option::Status, RunMode::Status},
      {Option::Forget, RunMode::Forget},
      {Option::SetWatermark, RunMode::SetWatermark},
      {Option::GiveUp, RunMode::GiveUp}};
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

JobSettings make_job(const OptionValues& values, const SystemFacts& facts) {
  const ServiceUrl platform = make_platform_url(values, make_login(values, facts));
  const SearchFilter filter = values.parse(Option::Filter, parse_search_filter);
  const std::vector<CollectorAddress> collectors = make_collectors(values);
  if (collectors.empty()) {
    throw Error(Fault::Usage,
                "which job? Give its collectors as in a run (--collector URL), or the name of one "
                "that there is (--job NAME; --status lists them)");
  }
  return make_job_settings(values, facts, make_job_identity(platform.url, filter.text, collectors));
}

Settings make_settings(const OptionValues& values, const SystemFacts& facts) {
  Settings settings;
  settings.mode = make_mode(values);
  settings.sends_test_line = values.is_set(Option::SendTest);
  if (settings.sends_test_line && settings.mode != RunMode::Check)
    throw values.error(Option::SendTest, "it is a part of --check, which has to be given too");
  settings.platform = make_platform(values, facts);
  const SearchFilter filter = values.parse(Option::Filter, parse_search_filter);
  settings.filter = filter.text;
  settings.window_request = make_window_request(values, filter, facts.now);
  settings.recount = values.parse(Option::Recount, parse_recount);
  settings.lines = make_line_options(values, settings.platform.api.host);
  settings.send_manifest = !values.is_set(Option::NoManifest);
  settings.lines.manifest_proof = proof_of(settings, values, facts);
  settings.format = values.parse(Option::Format, parse_format_name);
  set_collectors(settings, values, facts);
  require_sound_transactions(settings, values);
  require_writable_lines(values, settings);
  const std::string_view format = format_that_shows_fields(settings);
  settings.extra_fields = make_counters(values, format, settings.lines,
                                        settings.window_request.resolution, settings.warnings);
  std::ranges::copy(make_vm_details(values, format, settings.lines, settings.warnings),
                    std::back_inserter(settings.extra_fields));
  settings.versions = make_version_settings(values, facts);
  // Nothing else changes the state directory.
  if (settings.mode != RunMode::Send) settings.versions.path.clear();
  settings.deadline = values.parse(Option::Deadline, parse_time_limit);
  settings.report = make_output_path(values, Option::Report, objection_to_report(settings.mode));
  settings.prometheus_file =
      make_output_path(values, Option::PrometheusFile, objection_to_metrics(settings));
  settings.age_limits = make_age_limits(values);
  warn_of_what_protects_nothing(values, facts, settings);
  return settings;
}

void require_files(const OptionValues& values, const Settings& settings) {
  for (const Option option : {Option::PlatformCaFile, Option::CollectorCaFile,
                              Option::CollectorCertificate, Option::CollectorKey}) {
    if (values.is_given(option)) static_cast<void>(values.parse(option, parse_input_file));
  }
  for (const OptionInfo& info : option_table()) {
    const bool is_read = info.kind == OptionKind::File && !info.is_output;
    if (is_read && values.is_given(info.option)) require_own_file(values.text(info.option), values);
  }
  require_output(values, Option::Report, settings.report);
  // The state directory is made later.
  const bool is_beside_state =
      settings.job && settings.prometheus_file.parent_path() == settings.job->state_directory;
  if (!is_beside_state) require_output(values, Option::PrometheusFile, settings.prometheus_file);
}

}  // namespace vrni2syslog
