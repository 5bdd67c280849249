#pragma once

#include <string>
#include <string_view>

namespace vrni2syslog {

/// How a line's end is marked in a stream.
enum class Framing {
  Lf,     ///< a line feed after each line (RFC 6587 section 3.4.2)
  Nul,    ///< a NUL after each line
  Octet,  ///< "LENGTH SP" before each line (RFC 5425 section 4.3, RFC 6587 section 3.4.1)
};

/// Reads "lf", "nul" or "octet" (`?framing=`). Throws Error(Usage).
[[nodiscard]] Framing parse_framing(std::string_view name);

/// Appends `line` to `out` as one frame. The line holds no line break and no NUL, so that a
/// receiver finds the same frames again.
void append_frame(std::string& out, std::string_view line, Framing framing);

}  // namespace vrni2syslog
