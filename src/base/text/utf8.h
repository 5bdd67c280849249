#pragma once

#include <cstddef>
#include <string>
#include <string_view>

namespace vrni2syslog {

inline constexpr std::size_t kMaxUtf8Bytes = 4;  ///< of one character (RFC 3629)

/// The number of bytes of the well-formed character (RFC 3629: no overlong form, no surrogate, at
/// most U+10FFFF) at the start of `text`; 0 if there is none.
[[nodiscard]] std::size_t utf8_character_length(std::string_view text) noexcept;

[[nodiscard]] bool is_valid_utf8(std::string_view text) noexcept;

/// What some editors put before a text in UTF-8 (U+FEFF).
inline constexpr std::string_view kByteOrderMark = "\xEF\xBB\xBF";
/// The text without a byte order mark at its start.
[[nodiscard]] std::string_view without_byte_order_mark(std::string_view text) noexcept;

/// Appends `text` to `out` so that it is one line of valid UTF-8 that reads as it is written: every
/// byte that is not part of a well-formed character becomes U+FFFD, and so does every character
/// that is invisible or changes the direction of writing (U+200B to U+200F, U+202A to U+202E,
/// U+2060 to U+2069, U+FEFF); every control character (C0, DEL, C1) and line or paragraph separator
/// (U+2028, U+2029) becomes a blank.
void append_clean_utf8(std::string& out, std::string_view text);

/// The largest length <= `max_bytes` at which `text`, which is valid UTF-8, can be cut without
/// splitting a character.
[[nodiscard]] std::size_t utf8_floor(std::string_view text, std::size_t max_bytes) noexcept;

}  // namespace vrni2syslog
