#pragma once

#include <string>
#include <string_view>

namespace vrni2syslog {

/// The fields of a syslog header (RFC 5424 section 6.2) from any text. Each is "-", the NILVALUE,
/// where nothing is left of it.

/// HOSTNAME: letters, digits, "." "-" and ":" (an IPv6 address), at most 255; anything else becomes
/// "-", also "_", which receivers refuse although RFC 5424 allows it.
[[nodiscard]] std::string hostname_field(std::string_view text);
/// APP-NAME: printable US-ASCII without blanks, at most 48; anything else becomes "_".
[[nodiscard]] std::string app_name_field(std::string_view text);
/// PROCID: printable US-ASCII without blanks, at most 128; anything else becomes "_".
[[nodiscard]] std::string process_id_field(std::string_view text);

}  // namespace vrni2syslog
