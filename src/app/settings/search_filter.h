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

/// Takes "in last 24 hours" (minutes, hours, days, weeks; also "in last hour") from the end of a
/// filter, which flows_to_vrli.py allows. The platform gets a fixed window in its place, since a
/// relative one slides while pages are read. Throws Error(Usage) for a length that makes no sense,
/// and if the words stand elsewhere outside of quotes.
[[nodiscard]] SearchFilter parse_search_filter(std::string_view text);

}  // namespace vrni2syslog
