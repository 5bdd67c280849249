#pragma once

#include "base/clock.h"
#include "format/record/line_kind.h"
#include "format/record/line_options.h"
#include "format/record/line_writer.h"

#include <array>
#include <string>
#include <string_view>

namespace vrni2syslog {

/// PRI (RFC 5424 section 6.2.1, RFC 3164 section 4.1.1): "<166>".
[[nodiscard]] std::string pri_text(LineKind kind, const LineOptions& options);

/// The header of RFC 5424 (section 6.2) after the time, up to and including MSGID:
/// "vrni.example.com vrni2syslog 4711 FLOW_ALLOW".
[[nodiscard]] std::string rfc5424_origin_text(LineKind kind, const LineOptions& options);

/// What CEF and LEEF say of the program: vendor, product, and the version of the keys and their
/// meanings, which is not the program's.
inline constexpr std::string_view kProductText = "vrni2syslog|vRNI flows|1.0";

/// The time of RFC 3164 (section 4.1.2), in UTC: "Nov  2 12:34:56". `timestamp` is that of RFC
/// 3339, LineRecord::timestamp.
void write_rfc3164_time(LineWriter& writer, std::string_view timestamp) noexcept;
/// The tag of RFC 3164 (section 4.1.3), with what follows it: "vrni2syslog[4711]:". Receivers read
/// at most 32 bytes of a name of letters, digits, "." "-" and "_"; any other byte becomes "_".
[[nodiscard]] std::string rfc3164_tag(const LineOrigin& origin);
/// Milliseconds since 1970: "1795350896000".
void write_epoch_millis(LineWriter& writer, WallTime time) noexcept;

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
