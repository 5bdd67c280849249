#pragma once

#include "format/record/line_kind.h"
#include "format/record/line_options.h"

#include <array>
#include <string>
#include <string_view>

namespace vrni2syslog {

/// PRI (RFC 5424 section 6.2.1, RFC 3164 section 4.1.1): "<166>".
[[nodiscard]] std::string pri_text(LineKind kind, const LineOptions& options);

/// The header of RFC 5424 (section 6.2) after the time, up to and including MSGID:
/// "vrni.example.com vrni2syslog 4711 FLOW_ALLOW".
[[nodiscard]] std::string rfc5424_origin_text(LineKind kind, const LineOptions& options);

/// A text for each LineKind, such as a part of the header: it is the same in all lines of a run.
using TextsByKind = std::array<std::string, kLineKindCount>;
[[nodiscard]] TextsByKind texts_by_kind(const LineOptions& options,
                                        std::string (*make_text)(LineKind, const LineOptions&));

// The fields of a syslog header from any text. Each is "-", the NILVALUE, if nothing is left.

/// HOSTNAME: letters, digits, "." "-" and ":" (an IPv6 address), at most 255 bytes. Any other byte
/// becomes "-", even "_", which RFC 5424 allows and some receivers refuse.
[[nodiscard]] std::string hostname_field(std::string_view text);
/// APP-NAME: printable US-ASCII without blanks, at most 48 bytes. Any other byte becomes "_".
[[nodiscard]] std::string app_name_field(std::string_view text);
/// PROCID: printable US-ASCII without blanks, at most 128 bytes. Any other byte becomes "_".
[[nodiscard]] std::string process_id_field(std::string_view text);

}  // namespace vrni2syslog
