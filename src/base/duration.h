#pragma once

#include <chrono>
#include <cstddef>
#include <string>
#include <string_view>

namespace vrni2syslog {

/// Reads "90s", "10m", "24h", "7d" or "2w" (a whole number and a unit, at most 10 years).
/// Throws Error(Usage) naming the accepted form.
[[nodiscard]] std::chrono::seconds parse_duration(std::string_view text);

/// The duration in the largest unit up to hours in which it is a whole number: "90s", "10m", "24h".
/// parse_duration() reads it back.
[[nodiscard]] std::string format_duration(std::chrono::seconds duration);

/// The duration in seconds, for messages: "10 s", "0.05 s".
[[nodiscard]] std::string format_seconds(std::chrono::milliseconds duration);

/// Reads "8000", "64k", "2M" or "1G" (k, M and G are powers of 1024), at most 1 TiB. Throws
/// Error(Usage).
[[nodiscard]] std::size_t parse_size(std::string_view text);

}  // namespace vrni2syslog
