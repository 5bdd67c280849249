#pragma once

#include "app/environment.h"
#include "app/option_values.h"
#include "app/secrets.h"
#include "base/log.h"
#include "delivery/seen_flow_filter.h"
#include "flow/time_window.h"
#include "syslog/line_format.h"
#include "transport/collector.h"
#include "vrni/platform.h"

#include <chrono>
#include <cstdint>
#include <filesystem>
#include <optional>
#include <string>
#include <vector>

namespace vrni2syslog {

/// What the program is to do.
enum class RunMode : std::uint8_t { Send, DryRun, Check, ShowVidmClient };

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
  TimeWindow window;
  std::chrono::seconds resolution{0};     ///< zero means one unit
  TimeZone zone = TimeZone::utc();        ///< at whose midnights units begin
  std::vector<FlowField> counters;        ///< fields of flow_counters() to ask the platform for
  std::optional<RepeatSettings> repeats;  ///< none where every flow is sent
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

/// What settings depend on besides the options.
struct SettingsContext {
  const Environment& environment;
  const SecretPrompt& prompt;
  EpochSeconds now;
};

/// Reads the log's options, which are needed before anything else can be reported.
[[nodiscard]] LogSettings make_log_settings(const OptionValues& values);

/// Throws Error(Usage) and Error(Configuration) that name the option and where it was given.
[[nodiscard]] Settings make_settings(const OptionValues& values, const SettingsContext& context);

}  // namespace vrni2syslog
