#pragma once

#include <string>
#include <string_view>

namespace vrni2syslog {

/// The text of --help, at most 80 columns wide. The topic is `kBasicHelp`, "all", the word for a
/// group, or the name of an option with or without "--". For an option it is the paragraph of the
/// manual page. Throws Error(Usage) for another topic.
[[nodiscard]] std::string help_text(std::string_view topic);

/// The text of --version: this program's version and what it was built with.
[[nodiscard]] std::string version_text();

}  // namespace vrni2syslog
