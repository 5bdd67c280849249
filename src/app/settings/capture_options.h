#pragma once

#include "app/options/option_values.h"
#include "base/timestamp.h"
#include "flow/time_window.h"
#include "vrni/capture/capture_description.h"

#include <filesystem>
#include <string_view>
#include <vector>

namespace vrni2syslog {

struct Settings;

/// Reads --source: the directory of "file:DIR" or "file:///DIR". Throws Error(Usage) naming the
/// accepted forms.
[[nodiscard]] std::filesystem::path parse_source(std::string_view text);

/// The capture that the run replays; empty if it asks a platform. Throws Error(Usage) if what the
/// options say of capturing and replaying contradicts itself or other options.
[[nodiscard]] std::filesystem::path make_replay_source(const OptionValues& values);

/// The options of the captured run that decide what is asked of the platform, as a source of
/// options. Throws Error(Data) for a capture that lacks one of them, or names other options, since
/// a capture may come from anybody.
[[nodiscard]] std::vector<GivenOption> captured_options(const CaptureDescription& description,
                                                        const std::filesystem::path& directory);

/// Removes the options of the platform and those that say which flows to read: in a replay they
/// come from the capture.
[[nodiscard]] std::vector<GivenOption> without_platform(std::vector<GivenOption> options);

/// The description of the capture that a run over this window makes at `now`, for
/// captured_options().
[[nodiscard]] CaptureDescription describe_run(const Settings& settings, const TimeWindow& window,
                                              const OptionValues& values, UnixSeconds now);

}  // namespace vrni2syslog
