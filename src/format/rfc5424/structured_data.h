#pragma once

#include "format/record/line_options.h"
#include "format/record/line_writer.h"

#include <string_view>

namespace vrni2syslog {

/// SD-NAME (RFC 5424 section 6.3): 1 to 32 printable US-ASCII characters, none of = ] " or blank.
[[nodiscard]] bool is_valid_sd_name(std::string_view name) noexcept;

/// An SD-ID that anybody may define (RFC 5424 section 6.3.2): an SD-NAME "name@number", where the
/// number is a private enterprise number, which may have sub-identifiers ("32473.1"). Names without
/// "@" are reserved for the IETF.
[[nodiscard]] bool is_valid_private_sd_id(std::string_view id) noexcept;

/// Writes a text of TextCleaner as (part of) a PARAM-VALUE, escaped or with its special characters
/// substituted.
void put_sd_value(LineWriter& writer, std::string_view clean_text, SdEscape escape) noexcept;

}  // namespace vrni2syslog
