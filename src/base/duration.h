#pragma once

#include <chrono>
#include <cstddef>
#include <string>
#include <string_view>

namespace vrni2syslog {

/// Reads "90s", "10m", "24h", "7d" or "2w" (a whole number and a unit, at most 10 years).
/// Throws Error(Usage) naming the accepted form.
[[nodiscard]] std::chrono::seconds parse_duration(std::string_view text);

/// The shortest form that parse_duration() reads back: "90s", "10m", "24h".
[[nodiscard]] std::string format_duration(std::chrono::seconds duration);

/// "10 s" or "0.05 s", for messages.
[[nodiscard]] std::string format_seconds(std::chrono::milliseconds duration);

/// Reads "8000", "64k" or "2M" (k and M are 1024 and 1024 x 1024), at most 1 GiB. Throws
/// Error(Usage).
[[nodiscard]] std::size_t parse_size(std::string_view text);

}  // namespace vrni2syslog
