#pragma once

#include "format/record/line_writer.h"

#include <string>
#include <string_view>

namespace vrni2syslog {

/// Whether `name` is an SD-NAME (RFC 5424 section 6.3): 1 to 32 printable US-ASCII characters, none
/// of = ] " or blank.
[[nodiscard]] bool is_valid_sd_name(std::string_view name) noexcept;

/// Whether `id` is an SD-ID that anybody may define (RFC 5424 section 6.3.2): an SD-NAME
/// "name@number", where the number is a private enterprise number, which may have sub-identifiers
/// ("32473.1"). Names without "@" are reserved for the IETF.
[[nodiscard]] bool is_valid_private_sd_id(std::string_view id) noexcept;

/// Reads an SD-ID that anybody may define (--sd-id). Throws Error(Usage).
[[nodiscard]] std::string parse_sd_id(std::string_view text);

/// The characters that must not stand in a PARAM-VALUE as they are (RFC 5424 section 6.3.3).
inline constexpr std::string_view kSdSpecialCharacters = "\"\\]";

/// Writes a clean text as (part of) a PARAM-VALUE, with a backslash before special characters.
void escape_sd_value(LineWriter& writer, std::string_view clean_text) noexcept;
/// Writes ' / ) in the place of " \ ] instead, for receivers that cannot unescape.
void substitute_in_sd_value(LineWriter& writer, std::string_view clean_text) noexcept;

}  // namespace vrni2syslog
