#pragma once

#include <chrono>
#include <optional>
#include <string>
#include <string_view>

namespace vrni2syslog {

/// A vRNI search filter as the user wrote it, and the window that it names itself.
struct SearchFilter {
  std::string text;                          ///< without the window
  std::optional<std::chrono::seconds> last;  ///< of "in last 24 hours" at its end
};

/// Takes "in last 24 hours" (minutes, hours, days, weeks; "in last hour" too) from the end of a
/// filter, as flows_to_vrli.py has it: the platform must be sent a window of its own, since a
/// relative one slides while pages are read. Throws Error(Usage) for a length that makes no sense,
/// and where the words stand elsewhere, outside of quotes.
[[nodiscard]] SearchFilter parse_search_filter(std::string_view text);

}  // namespace vrni2syslog
