#include "app/run/program.h"

#include "app/options/completion.h"
#include "app/options/config_file.h"
#include "app/options/help.h"
#include "app/options/options.h"
#include "app/options/print_config.h"
#include "app/run/assembly.h"
#include "app/run/certificate_warnings.h"
#include "app/run/check.h"
#include "app/run/console.h"
#include "app/run/exit_report.h"
#include "app/run/job_resume.h"
#include "app/run/run_record.h"
#include "app/run/run_report.h"
#include "app/run/setup_command.h"
#include "app/run/signals.h"
#include "app/run/state_command.h"
#include "app/run/terminal.h"
#include "app/settings/capture_options.h"
#include "app/settings/collector_settings.h"
#include "app/settings/login_settings.h"
#include "app/settings/manifest_keys.h"
#include "app/settings/run_plan.h"
#include "app/settings/settings.h"
#include "base/file.h"
#include "delivery/checkpoint/state_directory.h"
#include "tls/certificate_expiries.h"
#include "vrni/platform.h"
#include "vrni/platform_flows.h"
#include "vrni/vidm_help.h"

#include <fmt/format.h>

#include <algorithm>
#include <cerrno>
#include <cstddef>
#include <exception>
#include <functional>
#include <iterator>
#include <map>
#include <memory>
#include <string>
#include <unistd.h>
#include <utility>

namespace vrni2syslog {
namespace {

/// Writes text to standard output, as for --help. It is no error if the reader has left.
void print(std::string_view text) {
  const int error = write_text(STDOUT_FILENO, text);
  if (error != 0 && error != EPIPE) {
    throw Error(Fault::CannotWrite, "cannot write to standard output: " + errno_text(error));
  }
}

/// The capture's options rank right after the command line.
void put_capture_in_place_of_platform(std::vector<std::vector<GivenOption>>& sources) {
  const auto directory = OptionValues(sources).parse(Option::Source, parse_source);
  for (auto source = sources.begin() + 1; source != sources.end(); ++source)
    *source = without_platform(std::move(*source));
  sources.insert(sources.begin() + 1,
                 captured_options(load_capture_description(directory), directory));
}

/// Whether the command line asks for what is the same whatever the other sources say.
[[nodiscard]] bool needs_no_other_source(const OptionValues& command_line) {
  return command_line.is_given(Option::Help) || command_line.is_set(Option::Version) ||
         command_line.is_set(Option::Setup) || command_line.is_given(Option::Completion) ||
         command_line.is_given(Option::MakeManifestKey);
}

[[nodiscard]] OptionValues read_options(const std::vector<std::string>& arguments,
                                        const Environment& environment) {
  std::vector<std::vector<GivenOption>> sources;
  sources.push_back(parse_command_line(arguments));
  OptionValues command_line(sources);
  if (needs_no_other_source(command_line)) return command_line;
  sources.push_back(environment.options());
  sources.push_back(read_config_file(OptionValues(sources)));
  if (command_line.is_given(Option::Source)) put_capture_in_place_of_platform(sources);
  return OptionValues(sources);
}

/// The text that the options ask for in place of a run; empty if there is a run to do.
[[nodiscard]] std::string information(const OptionValues& values) {
  if (values.is_given(Option::Help)) return help_text(values.text(Option::Help));
  if (values.is_set(Option::Version)) return version_text();
  if (values.is_given(Option::Completion)) {
    return values.parse(Option::Completion, completion_script);
  }
  if (values.is_given(Option::MakeManifestKey)) {
    return values.parse(Option::MakeManifestKey, make_manifest_key);
  }
  if (values.is_set(Option::PrintConfig)) return print_config(values);
  return {};
}

/// Width of the terminal for the progress line; nullopt if other lines would go to the same
/// terminal.
[[nodiscard]] std::optional<std::size_t> progress_width(const OptionValues& values) {
  const bool shares_terminal = values.is_set(Option::DryRun) && ::isatty(STDOUT_FILENO) != 0;
  if (values.is_set(Option::Check) || shares_terminal) return std::nullopt;
  return terminal_width();
}

/// A run, or the check of one, once it is known how to report.
class Program {
 public:
  Program(const OptionValues& values, const Environment& environment, Console& console)
      : values_(values),
        environment_(environment),
        facts_(find_system_facts(environment, ::geteuid(), clock_.now_seconds())),
        console_(console),
        signals_(stop_) {}

  [[nodiscard]] ExitStatus run() noexcept {
    try {
      return run_mode();
    } catch (...) {
      console_.end_progress();
      return report_end(values_, std::current_exception(), signals_.received(), console_.log(),
                        job_name_);
    }
  }

 private:
  [[nodiscard]] ExitStatus run_mode() {
    if (values_.is_given(Option::Job)) name_job(values_.text(Option::Job));
    const RunMode mode = make_mode(values_);
    if (is_state_command(mode)) {
      const auto [text, status] =
          run_state_command(mode, values_, facts_, clock_, stop_.get_token());
      print(text);
      return status;
    }
    warn_of_unknown_variables();
    Settings settings = make_settings(values_, facts_);
    watch_certificates(settings);
    require_files(values_, settings);
    if (settings.job) {
      settings.job = with_stored_name(*std::move(settings.job));
      settings.lines.origin.job = settings.job->name;
      settings.collector_options.job = settings.job->name;
      name_job(settings.job->name);
    }
    const RunPlan plan = plan_or_report(settings);
    for (const std::string& warning : settings.warnings)
      console_.log().warning(LogEvent::SettingWarning, warning);
    for (const std::string& note : plan.notes) console_.log().info(LogEvent::PlanNote, note);
    return run_as_planned(settings, plan);
  }

  /// Messages name the job from now on.
  void name_job(const std::string& name) {
    if (job_name_.empty()) console_.log().add_context({"job", name});
    job_name_ = name;
  }

  /// Every connection that the settings lead to tells when the certificate of its peer expires.
  void watch_certificates(Settings& settings) const {
    settings.platform.tls.expiries = expiries_;
    for (CollectorAddress& address : settings.collectors) {
      for (Endpoint& endpoint : address) endpoint.tls.expiries = expiries_;
    }
  }

  /// Takes the job's lock, plans the run and completes the settings. If that fails, the report says
  /// so: a monitor must not go on with the figures of an earlier run.
  [[nodiscard]] RunPlan plan_or_report(Settings& settings) {
    RunReport report;
    report.started = clock_.now();
    try {
      const std::optional<Checkpoint> job = open_job(settings);
      limits_ = {.stop = stop_.get_token(), .deadline = clock_.steady_now() + settings.deadline};
      std::map<std::size_t, std::string> kept = ask_collectors(settings);
      RunPlan plan =
          plan_run(settings, values_, job_ ? job_->checkpoint() : job, clock_.now_seconds());
      plan.kept_progress = std::move(kept);
      complete(settings, plan);
      return plan;
    } catch (...) {
      finish_run(report, settings, std::current_exception());
      throw;
    }
  }

  [[nodiscard]] ExitStatus run_as_planned(const Settings& settings, const RunPlan& plan) {
    const bool is_run = settings.mode == RunMode::Send || settings.mode == RunMode::DryRun;
    RunLimits limits = limits_;
    limits.gives_up_early = !is_run;
    switch (settings.mode) {
      case RunMode::Check:
        return check(settings, plan, limits);
      case RunMode::ShowVidmClient:
        return show_vidm_client(settings, limits);
      default:
        return send(settings, plan, limits);
    }
  }

  void warn_of_unknown_variables() {
    for (const std::string& name : environment_.unknown_names()) {
      console_.log().warning(
          LogEvent::UnknownVariable,
          fmt::format("environment variable {} is not an option", printable(name)),
          {{"variable", printable(name)}});
    }
  }

  /// The checkpoint of the job that the run continues; nullopt before its first run. Locks the job,
  /// unless this is a dry run. A check looks at the job as one of its steps.
  [[nodiscard]] std::optional<Checkpoint> open_job(const Settings& settings) {
    if (!settings.job || settings.mode == RunMode::Check) return std::nullopt;
    if (settings.mode == RunMode::DryRun) return peek_checkpoint(*settings.job);
    job_.emplace(*settings.job, clock_, console_.log(), stop_.get_token());
    record_.emplace(settings, console_.log());
    record_->begin(job_->checkpoint(), clock_.now_seconds());
    return job_->checkpoint();
  }

  /// Brings the job up to what collectors keep of it, which nobody knows without their password.
  [[nodiscard]] std::map<std::size_t, std::string> ask_collectors(Settings& settings) {
    if (!job_ || !keep_progress(settings.collectors)) return {};
    with_secrets(settings, [&](const SecretContext& context) {
      add_collector_password(settings.collectors, values_, context, settings.collector_options);
    });
    return resume_from_collectors(
        settings, {.clock = clock_, .limits = limits_, .log = console_.log()}, *job_);
  }

  void with_secrets(Settings& settings, const std::function<void(const SecretContext&)>& use) {
    const SecretPrompt prompt = [this](const std::string& question) {
      return ask_for_secret(question, stop_.get_token());
    };
    const FileWait wait{
        .time = std::min<std::chrono::milliseconds>(kFileReadTime, settings.deadline),
        .stop = stop_.get_token()};
    // Reading secrets is no part of the run, however long somebody thinks about a password.
    const auto rest = limits_.deadline - clock_.steady_now();
    use(SecretContext{facts_, prompt, settings.warnings, wait});
    limits_.deadline = clock_.steady_now() + rest;
  }

  /// Adds what the plan says, and the secrets last: nobody is asked for a password in vain.
  void complete(Settings& settings, const RunPlan& plan) {
    std::ranges::copy(plan.warnings, std::back_inserter(settings.warnings));
    PlatformSettings& platform = settings.platform;
    platform.least_age = plan.least_age;
    if (!platform.save_capture.empty()) {
      platform.capture_description =
          describe_run(settings, plan.window, values_, clock_.now_seconds());
    }
    if (!settings.job) settings.collector_options.window = to_text(plan.window);
    if (settings.mode == RunMode::ShowVidmClient) return;
    with_secrets(settings, [&](const SecretContext& context) {
      if (platform.replay_from.empty())
        add_secret(platform.credentials, values_, platform.api.host, context);
      if (settings.collector_options.password.empty())
        add_collector_password(settings.collectors, values_, context, settings.collector_options);
      settings.manifest_keys = load_manifest_keys(values_, context);
    });
    warn_of_readable_files(values_, settings.collectors, settings.warnings);
  }

  [[nodiscard]] ExitStatus check(const Settings& settings, const RunPlan& plan,
                                 const RunLimits& limits) {
    CheckReport report(print);
    const RunContext context{.clock = clock_, .limits = limits, .log = console_.log()};
    run_check(settings, plan.window, environment_, context, report);
    for (const std::string& warning :
         certificate_warnings(expiries_->by_peer(), clock_.now_seconds()))
      report.warned("expiry", warning);
    return report.exit_status();
  }

  [[nodiscard]] ExitStatus show_vidm_client(const Settings& settings, const RunLimits& limits) {
    Platform platform(settings.platform, clock_, limits, console_.log());
    print(vidm_help(platform.api()));
    return ExitStatus::Ok;
  }

  [[nodiscard]] ExitStatus send(const Settings& settings, const RunPlan& plan,
                                const RunLimits& limits) {
    RunReport report;
    report.started = clock_.now();
    report.window = plan.window;
    if (plan.window.is_empty() && !is_owing()) {
      console_.log().info(LogEvent::RunWithoutWindow,
                          fmt::format("no new window to read yet: the job goes on from {}",
                                      to_rfc3339(plan.window.start)));
      if (!may_recount(settings)) {
        finish_run(report, settings, nullptr);
        return ExitStatus::Ok;
      }
    }
    const std::exception_ptr failure = run_to_its_end(settings, plan, limits, report);
    if (failure) withdraw_first_start(failure);
    finish_run(report, settings, failure);
    if (failure) std::rethrow_exception(failure);
    console_.end_progress();
    console_.show_summary(report.statistics);
    return ExitStatus::Ok;
  }

  /// Whether the job has windows to read besides those that are new.
  [[nodiscard]] bool is_owing() const {
    return job_ && job_->checkpoint() && !owed_windows(*job_->checkpoint()).empty();
  }

  /// Once the clock, or whatever was wrong, is set right, a first run starts somewhere else.
  void withdraw_first_start(const std::exception_ptr& failure) {
    // Whatever signal has come since.
    constexpr int kNoSignal = 0;
    if (!job_ || describe_exception(failure, kNoSignal).status != ExitStatus::Configuration) return;
    try {
      job_->withdraw_first_start();
    } catch (const Error& error) {
      console_.log().error(LogEvent::StateNotWithdrawn, error.what());
    }
  }

  /// The exception that ended the run; null after a good one.
  [[nodiscard]] std::exception_ptr run_to_its_end(const Settings& settings, const RunPlan& plan,
                                                  const RunLimits& limits, RunReport& report) {
    try {
      run_pipeline(settings, plan, limits, report);
    } catch (const Error& error) {
      // A dry run into `head -1` has shown enough. Any other reader would miss lines.
      const bool has_shown_enough =
          settings.mode == RunMode::DryRun && error.fault() == Fault::OutputClosed;
      if (!has_shown_enough) return std::current_exception();
    } catch (...) {
      return std::current_exception();
    }
    return nullptr;
  }

  /// A capture has the calls of its own run, and no others.
  [[nodiscard]] bool remembers_recent(const Settings& settings) const {
    return job_ && settings.recount && !settings.platform.has_capture();
  }

  [[nodiscard]] bool may_recount(const Settings& settings) const {
    return remembers_recent(settings) &&
           RecentWindows::has_any(settings.job->state_directory, settings.job->name);
  }

  [[nodiscard]] PipelineOptions options_of(const Settings& settings, SentFlowFilter* sent_flows,
                                           RecentWindows* recent, ManifestChains* chains) {
    return {.epoch = {.send_manifest = settings.send_manifest,
                      .required_verdict = settings.required_verdict,
                      .reads_units_whole = settings.platform.has_capture(),
                      .sent_flows = sent_flows,
                      .recent = recent,
                      .chains = chains},
            .reads_ahead = !settings.platform.has_capture(),
            .ledger = job_ ? &*job_ : nullptr};
  }

  void run_pipeline(const Settings& settings, const RunPlan& plan, const RunLimits& limits,
                    RunReport& report) {
    Platform platform(settings.platform, clock_, limits, console_.log());
    Assembly assembly(settings, plan, limits, console_.log());
    report.run_id = assembly.run_id();
    console_.log().add_context({"run", assembly.run_id()});
    if (job_) job_->begin(plan.window.start, assembly.run_id());
    std::unique_ptr<RecentWindows> recent;
    if (remembers_recent(settings))
      recent = open_recent(settings, plan, *job_, clock_, console_.log());
    const std::unique_ptr<FlowVersions> versions =
        open_flow_versions(settings, plan, platform.account(), clock_, console_.log());
    const std::unique_ptr<FlowSource> source =
        make_platform_flows(platform.api(), console_.log(), settings.filter, settings.extra_fields,
                            settings.platform.least_age, versions.get());
    std::optional<ManifestChains> chains =
        open_chains(settings, job_ ? &*job_ : nullptr, console_.log());
    Pipeline pipeline(
        *source, assembly.lanes(),
        options_of(settings, assembly.sent_flows(), recent.get(), chains ? &*chains : nullptr),
        {.clock = clock_, .limits = limits, .log = console_.log()},
        [this](const RunStatistics& statistics) { console_.show_progress(statistics); });
    std::exception_ptr failure;
    try {
      pipeline.run(plan.units);
    } catch (...) {
      failure = std::current_exception();
    }
    report.statistics = pipeline.statistics();
    report.units = pipeline.coverage();
    if (failure) std::rethrow_exception(failure);
  }

  /// Reports and records the end of a run. The first that goes wrong, if the run has not failed
  /// itself, is how it ends; what goes wrong after that is only logged.
  void finish_run(RunReport& report, const Settings& settings, const std::exception_ptr& failure) {
    std::exception_ptr first = failure;
    report.ended = clock_.now();
    report.certificates = expiries_->by_peer();
    report.failure = describe_end(first);
    for (const auto step : {&Program::write_report, &Program::record_end}) {
      try {
        (this->*step)(report, settings);
      } catch (const Error& error) {
        if (first) {
          console_.log().error(LogEvent::ReportNotWritten, error.what());
        } else {
          first = std::current_exception();
          report.failure = describe_end(first);
        }
      }
    }
    if (first && !failure) std::rethrow_exception(first);
  }

  [[nodiscard]] Failure describe_end(const std::exception_ptr& failure) const {
    if (!failure) return {.status = ExitStatus::Ok, .message = {}};
    return describe_exception(failure, signals_.received());
  }

  void write_report(const RunReport& report, const Settings& settings) {
    if (settings.report.empty()) return;
    try {
      update_file_atomically(settings.report, to_json(report, settings));
    } catch (const Error& error) {
      throw error.within("--report");
    }
  }

  void record_end(const RunReport& report, const Settings& settings) {
    if (record_) return record_->end(job_->checkpoint(), report);
    if (settings.mode != RunMode::Send || !settings.job)
      return log_certificate_warnings(console_.log(), report);
    // Another run has the job: the record is that one's to keep.
    if (report.failure.status == ExitStatus::TemporaryFailure) return;
    record_unopened(report, settings, console_.log());
  }

  const OptionValues& values_;
  const Environment& environment_;
  Clock& clock_ = system_clock();
  SystemFacts facts_;
  std::string job_name_;  ///< empty if the run continues no job, or nobody has named it yet
  Console& console_;
  std::stop_source stop_;
  SignalWatcher signals_;           // the first thread
  RunLimits limits_;                // from the moment on at which the run has the job to itself
  std::optional<DeliveryJob> job_;  // nullopt in a dry run, and if the user named the window
  std::shared_ptr<CertificateExpiries> expiries_ = std::make_shared<CertificateExpiries>();
  std::optional<RunRecord> record_;  // of that job
};

[[nodiscard]] ExitStatus run_with(const OptionValues& values, const Environment& environment) {
  const Clock& clock = system_clock();
  Console console(make_log_settings(values, log_format_of_standard_error(environment)),
                  progress_width(values), clock);
  return Program(values, environment, console).run();
}

/// Checks the job of a file as --check does.
[[nodiscard]] ExitStatus check_new_job(const std::filesystem::path& config_file,
                                       const Environment& environment) noexcept {
  return run_program(
      {"--check", "--config", config_file.string(), "--job", config_file.stem().string()},
      environment);
}

[[nodiscard]] ExitStatus set_up(const OptionValues& command_line, const Environment& environment) {
  const SystemFacts facts =
      find_system_facts(environment, ::geteuid(), system_clock().now_seconds());
  return run_setup_command(command_line, facts, [&](const std::filesystem::path& config_file) {
    return check_new_job(config_file, environment);
  });
}

}  // namespace

ExitStatus run_program(const std::vector<std::string>& arguments,
                       const Environment& environment) noexcept {
  try {
    const OptionValues values = read_options(arguments, environment);
    if (values.is_set(Option::Setup)) return set_up(values, environment);
    const std::string text = information(values);
    if (text.empty()) return run_with(values, environment);
    print(text);
    return ExitStatus::Ok;
  } catch (...) {
    return report_early_end(std::current_exception(), arguments, environment);
  }
}

}  // namespace vrni2syslog
