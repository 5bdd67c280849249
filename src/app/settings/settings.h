#pragma once

#include "app/options/option_values.h"
#include "app/settings/state_settings.h"
#include "app/settings/system_facts.h"
#include "app/settings/window_request.h"
#include "base/log.h"
#include "base/signing_key.h"
#include "delivery/delivery_job.h"
#include "delivery/sent/repeat_after_filter.h"
#include "format/line_format.h"
#include "transport/collector_sink.h"
#include "vrni/platform_settings.h"
#include "vrni/versions/flow_versions.h"

#include <chrono>
#include <cstdint>
#include <filesystem>
#include <optional>
#include <string>
#include <vector>

namespace vrni2syslog {

// A run gets ready in three steps, of which the first two are pure functions:
//
//   1. make_settings(): the options become Settings.
//   2. plan_run() (run_plan.h): Settings, and how far the job is, become a RunPlan.
//   3. add_secret() (login_settings.h): the secret is read from its file, or asked for.

/// What the program is to do.
enum class RunMode : std::uint8_t {
  Send,
  DryRun,
  Check,
  ShowVidmClient,
  Status,
  Forget,
  SetWatermark,
  GiveUp
};

/// What the program logs, and how.
struct LogSettings {
  LogLevel level = LogLevel::Warning;
  LogFormat format = LogFormat::Text;
};

/// Everything that the options say, read and checked: nothing in it contradicts itself, and nothing
/// has been tried yet.
struct Settings {
  RunMode mode = RunMode::Send;
  bool sends_test_line = false;  ///< a check sends each collector a line (--send-test)
  /// Lacks what is only known later: the secret, the least age of units, the description of a
  /// capture.
  PlatformSettings platform;
  std::string filter;  ///< empty means every flow
  WindowRequest window_request;
  /// The job that the run continues; nullopt if the user named the window.
  std::optional<JobSettings> job;
  std::optional<std::chrono::seconds> recount;  ///< period of --recount; nullopt for none
  std::vector<FlowField> extra_fields;          ///< to ask the platform for beside the flows
  std::optional<SentFlowSettings> sent_flows;   ///< nullopt if every flow is sent
  /// Lacks the file's name, which depends on the account. `path` is the directory; empty if no
  /// later run is to find the versions.
  FlowVersionSettings versions;
  std::string format;
  LineOptions lines;  ///< lacks process and run id, which are only known in the run
  std::vector<CollectorAddress> collectors;
  CollectorOptions collector_options;
  std::optional<Verdict> required_verdict;  ///< nullopt for --confirm auto
  bool send_manifest = true;
  std::optional<ManifestKeys> manifest_keys;  ///< nullopt if manifests are not signed
  std::chrono::seconds deadline{0};
  std::filesystem::path report;  ///< --report; empty if none is wanted
  /// --prometheus-file; empty if none is wanted, and if the run continues no job.
  std::filesystem::path prometheus_file;
  AgeLimits age_limits;
  std::vector<std::string> warnings;  ///< for the log, before the run
};

/// The format of --log-format. `automatic` is the one that suits standard error, Text or Journal:
/// --log-format auto means it, and in a journal every format has the level in front. Throws
/// Error(Usage) or Error(Configuration).
[[nodiscard]] LogFormat make_log_format(const OptionValues& values, LogFormat automatic);

/// Reads the log's options, which are needed before anything else can be reported. Takes
/// `automatic` and throws as make_log_format() does.
[[nodiscard]] LogSettings make_log_settings(const OptionValues& values, LogFormat automatic);

/// What the program is to do. Throws Error(Usage) if options ask for several things.
[[nodiscard]] RunMode make_mode(const OptionValues& values);

/// The job of these options. Looks only at the options that identify the job; the others may be
/// wrong. Throws as make_settings() does.
[[nodiscard]] JobSettings make_job(const OptionValues& values, const SystemFacts& facts);

/// Reads all options. Throws Error(Usage) and Error(Configuration) that name the option and where
/// it was given. Takes no lock, asks nobody, and looks at no file but those of time zones.
[[nodiscard]] Settings make_settings(const OptionValues& values, const SystemFacts& facts);

/// Tries the files that the options name: that certificates and keys can be opened, and that the
/// report and the metrics can be written. Throws Error(Usage), Error(Configuration) or
/// Error(CannotCreate).
void require_files(const OptionValues& values, const Settings& settings);

}  // namespace vrni2syslog
