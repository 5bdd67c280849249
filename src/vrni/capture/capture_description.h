#pragma once

#include "base/outcome.h"

#include <filesystem>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace vrni2syslog {

inline constexpr std::string_view kCaptureDescriptionName = "capture.json";

/// What a capture says about itself, in capture.json.
struct CaptureDescription {
  std::string program;  ///< "vrni2syslog 1.0.0"
  std::string made;     ///< RFC 3339
  /// Names and values of the options that decide which calls are made, such as the platform, the
  /// window and the filter.
  std::vector<std::pair<std::string, std::string>> options;
};

[[nodiscard]] std::string to_json(const CaptureDescription& description);

/// Reads it back; `json` is overwritten.
[[nodiscard]] Outcome read_capture_description(std::string& json, CaptureDescription& description);

/// Reads the description in a capture's directory. Throws Error(Data) with the file's path if it is
/// missing, cannot be read, or has a format that this version does not know.
[[nodiscard]] CaptureDescription load_capture_description(const std::filesystem::path& directory);

}  // namespace vrni2syslog
