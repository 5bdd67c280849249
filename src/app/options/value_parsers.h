#pragma once

#include <array>
#include <chrono>
#include <cstddef>
#include <filesystem>
#include <string>
#include <string_view>
#include <utility>

namespace vrni2syslog {

// Parsers of values that several options have. All throw an Error that quotes the value and says
// what would be right.

/// A duration of at least one second.
[[nodiscard]] std::chrono::seconds parse_time_limit(std::string_view text);

/// A whole number from 1 to `most`.
[[nodiscard]] std::size_t parse_count(std::string_view text, std::size_t most);

/// The path of a file that can be opened; Error(Configuration) for one that cannot.
[[nodiscard]] std::filesystem::path parse_input_file(std::string_view text);

/// Reads --report or --prometheus-file: the path of a plain file, which will be replaced as a
/// whole, or of a file that can be made. Throws Error(CannotCreate) if its directory does not
/// exist, Error(Usage) if the path is that of something else than a plain file.
[[nodiscard]] std::filesystem::path parse_output_file(std::string_view text);

/// A field of the header (RFC 5424 section 6): at most `max_bytes` visible US-ASCII characters.
[[nodiscard]] std::string parse_header_text(std::string_view text, std::size_t max_bytes);

/// Throws Error(Usage): "'x' is not possible here; write one of: a b c".
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
