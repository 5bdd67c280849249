#pragma once

#include <cstdint>
#include <cstring>

namespace vrni2syslog {

// Eight bytes of a text, which are looked at together.

[[nodiscard]] inline std::uint64_t load_byte_word(const char* bytes) noexcept {
  std::uint64_t word = 0;
  std::memcpy(&word, bytes, sizeof word);
  return word;
}

[[nodiscard]] constexpr std::uint64_t byte_word_of(unsigned char each) noexcept {
  return std::uint64_t{0x0101010101010101U} * each;
}

/// Whether any byte is less than `limit`, which is at most 0x80. The subtraction sets the highest
/// bit of such a byte, and by its borrow perhaps that of a byte above it, but of none without one.
[[nodiscard]] constexpr bool has_byte_below(std::uint64_t word, unsigned char limit) noexcept {
  return ((word - byte_word_of(limit)) & ~word & byte_word_of(0x80)) != 0;
}

[[nodiscard]] constexpr bool has_byte(std::uint64_t word, char byte) noexcept {
  return has_byte_below(word ^ byte_word_of(static_cast<unsigned char>(byte)), 1);
}

[[nodiscard]] constexpr bool is_us_ascii(std::uint64_t word) noexcept {
  return (word & byte_word_of(0x80)) == 0;
}

}  // namespace vrni2syslog
