#pragma once

#include <string>
#include <string_view>

namespace vrni2syslog {

/// How a stream tells where a line ends.
enum class Framing {
  Lf,     ///< a line feed after each (RFC 6587 section 3.4.2)
  Nul,    ///< a NUL after each
  Octet,  ///< "LENGTH SP" before each (RFC 5425 section 4.3, RFC 6587 section 3.4.1)
};

/// Reads "lf", "nul" or "octet" (`?framing=`). Throws Error(Usage).
[[nodiscard]] Framing parse_framing(std::string_view name);

/// Appends `line` to `out` as one frame. The line holds no line break and no NUL, so the frames
/// cannot be told apart wrongly.
void append_frame(std::string& out, std::string_view line, Framing framing);

}  // namespace vrni2syslog
