#pragma once

#include "app/options/option_values.h"
#include "base/timestamp.h"
#include "vrni/capture/capture_description.h"

#include <filesystem>
#include <string_view>
#include <vector>

namespace vrni2syslog {

struct Settings;

/// Reads --source: the directory of "file:DIR" or "file:///DIR". Throws Error(Usage) naming the
/// accepted forms.
[[nodiscard]] std::filesystem::path parse_source(std::string_view text);

/// What the options say of capturing and replaying does not contradict itself or others. Throws
/// Error(Usage).
void check_capture_options(const OptionValues& values);

/// Options of the captured run, as a source of options: that which decides what is asked of the
/// platform. Throws Error(Data) for a capture that lacks some of it, or says more than that, since
/// a capture may come from anybody.
[[nodiscard]] std::vector<GivenOption> captured_options(const CaptureDescription& description,
                                                        const std::filesystem::path& directory);

/// Leaves out what is said of the platform and of which flows: a replay knows that of its capture.
[[nodiscard]] std::vector<GivenOption> without_platform(std::vector<GivenOption> options);

/// The description of a capture that a run with these settings makes, for captured_options().
[[nodiscard]] CaptureDescription describe_run(const Settings& settings, const OptionValues& values,
                                              UnixSeconds now);

}  // namespace vrni2syslog
