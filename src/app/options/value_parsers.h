#pragma once

#include <array>
#include <chrono>
#include <cstddef>
#include <filesystem>
#include <string>
#include <string_view>
#include <utility>

namespace vrni2syslog {

// Values that several options have. All throw Error that quotes the value and says what is right.

/// A duration of at least one second.
[[nodiscard]] std::chrono::seconds parse_time_limit(std::string_view text);

/// A whole number from 1 to `most`.
[[nodiscard]] std::size_t parse_count(std::string_view text, std::size_t most);

/// The path of a file that can be opened; Error(Configuration) for one that cannot.
[[nodiscard]] std::filesystem::path parse_input_file(std::string_view text);

/// Reads --report: a file that is there or can be made, since it will be replaced whole. Throws
/// Error(CannotCreate) where there is no such directory, Error(Usage) where what is there is no
/// plain file.
[[nodiscard]] std::filesystem::path parse_report_path(std::string_view text);

/// Visible US-ASCII characters, at most `max_bytes`, as RFC 5424 section 6 has the header's fields.
[[nodiscard]] std::string parse_header_text(std::string_view text, std::size_t max_bytes);

/// Throws Error(Usage): "'x' is none of: a b c".
[[noreturn]] void refuse_keyword(std::string_view text, std::string_view keywords);

/// One of a few words.
template <typename Value, std::size_t N>
[[nodiscard]] Value parse_keyword(std::string_view text,
                                  const std::array<std::pair<std::string_view, Value>, N>& words) {
  std::string known;
  for (const auto& [word, value] : words) {
    if (word == text) return value;
    known.append(known.empty() ? "" : " ").append(word);
  }
  refuse_keyword(text, known);
}

}  // namespace vrni2syslog
