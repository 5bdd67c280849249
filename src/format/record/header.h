#pragma once

#include "format/record/line_kind.h"
#include "format/record/line_options.h"

#include <array>
#include <string>
#include <string_view>

namespace vrni2syslog {

/// The header of one kind of line: what stands before the time of the event, and what follows it.
/// It is the same in all lines of a run.
struct HeaderText {
  std::string before_time;
  std::string after_time;
};

/// PRI (RFC 5424 section 6.2.1, RFC 3164 section 4.1.1): "<166>".
[[nodiscard]] std::string pri_text(LineKind kind, const LineOptions& options);

/// The header of RFC 5424 (section 6.2) up to MSGID, by LineKind: "<166>1 " and
/// " vrni.example.com vrni2syslog 4711 FLOW_ALLOW".
[[nodiscard]] std::array<HeaderText, kLineKindCount> rfc5424_headers(const LineOptions& options);

// The fields of a syslog header from any text. Each is "-", the NILVALUE, where nothing is left.

/// HOSTNAME: letters, digits, "." "-" and ":" (an IPv6 address), at most 255 bytes. Any other byte
/// becomes "-", even "_", which RFC 5424 allows and some receivers refuse.
[[nodiscard]] std::string hostname_field(std::string_view text);
/// APP-NAME: printable US-ASCII without blanks, at most 48 bytes. Any other byte becomes "_".
[[nodiscard]] std::string app_name_field(std::string_view text);
/// PROCID: printable US-ASCII without blanks, at most 128 bytes. Any other byte becomes "_".
[[nodiscard]] std::string process_id_field(std::string_view text);

}  // namespace vrni2syslog
