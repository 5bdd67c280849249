#pragma once

#include "app/options/environment.h"
#include "app/options/option_values.h"
#include "app/settings/secrets.h"
#include "app/settings/window_plan.h"
#include "base/log.h"
#include "delivery/delivery_job.h"
#include "delivery/sent/sent_flow_store_filter.h"
#include "flow/time_window.h"
#include "format/line_format.h"
#include "transport/collector_sink.h"
#include "vrni/platform.h"

#include <chrono>
#include <cstdint>
#include <filesystem>
#include <functional>
#include <optional>
#include <string>
#include <vector>

namespace vrni2syslog {

/// What the program is to do.
enum class RunMode : std::uint8_t {
  Send,
  DryRun,
  Check,
  ShowVidmClient,
  Status,
  Forget,
  SetWatermark
};

/// How it reports of itself.
struct LogSettings {
  LogLevel level = LogLevel::Warning;
  LogFormat format = LogFormat::Text;
};

/// Everything that the options say, read and checked: nothing in it contradicts itself, and
/// nothing of it has been tried yet. Made once, not changed afterwards.
struct Settings {
  RunMode mode = RunMode::Send;
  PlatformSettings platform;
  std::string filter;  ///< empty means every flow
  TimeWindow window;   ///< empty where the job has nothing to do yet
  /// The job that the run goes on with; none for a window that was asked for by name.
  std::optional<JobSettings> job;
  std::chrono::seconds settle{0};      ///< so long ago the job's windows end, or longer
  std::chrono::seconds resolution{0};  ///< zero means one unit
  TimeZone zone = TimeZone::utc();     ///< at whose midnights units begin
  std::vector<FlowField> counters;     ///< fields of flow_counters() to ask the platform for
  std::optional<SentFlowSettings> sent_flows;  ///< none where every flow is sent
  std::string format;
  LineOptions lines;  ///< without what is only known at the run: process and run id
  std::vector<CollectorAddress> collectors;
  CollectorOptions collector_options;
  std::optional<Verdict> required_verdict;  ///< none for --confirm auto
  bool send_manifest = true;
  std::chrono::seconds deadline{0};
  std::filesystem::path report;       ///< the file for it; empty where none is wanted
  std::vector<std::string> warnings;  ///< for the log, before the run
  std::vector<std::string> notes;     ///< the same, for whoever wants to know more
};

/// Where a job is to be taken up.
struct JobStart {
  JobProgress progress;
  UnixSeconds now;  ///< when it was taken up, which may have taken a while
};

/// Takes up the job that the run goes on with.
using JobOpener = std::function<JobStart(const JobSettings& settings)>;

/// What settings depend on besides the options.
struct SettingsContext {
  const Environment& environment;
  const SecretPrompt& prompt;
  UnixSeconds now;
  JobOpener open_job = nullptr;  ///< null where every run is a job's first
};

/// Reads the log's options, which are needed before anything else can be reported.
[[nodiscard]] LogSettings make_log_settings(const OptionValues& values);

/// What the program is to do. Throws Error(Usage) where options say several things.
[[nodiscard]] RunMode make_mode(const OptionValues& values);

/// The job of these options, where no more of them is right than that needs.
[[nodiscard]] JobSettings make_job(const OptionValues& values, const Environment& environment);

/// Throws Error(Usage) and Error(Configuration) that name the option and where it was given, and
/// what SettingsContext::open_job throws.
[[nodiscard]] Settings make_settings(const OptionValues& values, const SettingsContext& context);

}  // namespace vrni2syslog
