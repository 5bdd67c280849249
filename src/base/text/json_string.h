#pragma once

#include <string>
#include <string_view>

namespace vrni2syslog {

/// Appends a text as a JSON string (RFC 8259 section 7), with its quotes. Bytes from 0x80 stay as
/// they are. It lies here, and not in json/, because the log needs it.
void append_json_string(std::string& out, std::string_view text);

}  // namespace vrni2syslog
