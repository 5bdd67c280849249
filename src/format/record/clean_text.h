#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>

namespace vrni2syslog {

/// The kinds of characters in a text that a format may have to treat, as bits.
using TextTraits = unsigned;
/// A control character, or anything that is not US-ASCII.
inline constexpr TextTraits kNeedsCleaning = 1;
inline constexpr TextTraits kHasComma = 2;
/// A character that the format escapes or replaces.
inline constexpr TextTraits kHasSpecial = 4;

/// The characters that a format escapes or replaces in the value of a field, as a table: nearly
/// every text holds none of them, and one look at its bytes shows that.
class SpecialCharacters {
 public:
  static constexpr std::size_t kMaxCharacters = 3;

  /// `characters` are at most kMaxCharacters printable characters of US-ASCII, without the comma.
  constexpr explicit SpecialCharacters(std::string_view characters) noexcept {
    for (std::size_t byte = 0; byte < traits_.size(); ++byte) {
      if (byte < 0x20 || byte >= 0x7F) traits_[byte] = kNeedsCleaning;
    }
    traits_[','] = kHasComma;
    for (const char c : characters) traits_[static_cast<unsigned char>(c)] = kHasSpecial;
    for (std::size_t i = 0; i < repeated_.size(); ++i)
      repeated_[i].fill(i < characters.size() ? characters[i] : ',');
  }

  [[nodiscard]] TextTraits traits_of(std::string_view text) const noexcept;
  /// Copies a text none of whose bytes has a trait, to where there is room for it, and returns
  /// true. False for other texts; what has been copied then means nothing.
  [[nodiscard]] bool copy_ordinary(std::string_view text, char* out) const noexcept;

 private:
  /// Each special character as often as it is compared at once; commas in the place of missing
  /// ones.
  alignas(16) std::array<std::array<char, 16>, kMaxCharacters> repeated_{};
  std::array<std::uint8_t, 256> traits_{};
};

/// Whether a value is one text, or one of several that are joined by commas.
enum class TextRole { Single, ListItem };

/// A text of the platform made fit for a line: valid UTF-8 without leading and trailing blanks, a
/// blank in the place of every control character (append_clean_utf8) and, in an item of a list, of
/// every comma, so that nobody can add an item by naming one. Empty if nothing is left. The view
/// is valid as long as `text`, and until `scratch`, which serves as memory, is changed.
[[nodiscard]] std::string_view clean_text(std::string_view text, TextRole role,
                                          std::string& scratch);

}  // namespace vrni2syslog
