#pragma once

#include <string>
#include <string_view>

namespace vrni2syslog {

/// What a text holds that a format may have to treat; bits of text_traits().
using TextTraits = unsigned;
/// A control character, or anything that is not US-ASCII.
inline constexpr TextTraits kNeedsCleaning = 1;
inline constexpr TextTraits kHasComma = 2;
/// A character that a PARAM-VALUE must escape: " \ ]
inline constexpr TextTraits kHasSdSpecial = 4;

/// One look at each byte, for the usual text that needs no treatment at all.
[[nodiscard]] TextTraits text_traits(std::string_view text) noexcept;

/// Whether a value is one text, or one of several that are joined by commas.
enum class TextRole { Single, ListItem };

/// Makes texts of the platform fit for a line.
class TextCleaner {
 public:
  /// The text without leading and trailing blanks, as valid UTF-8, with blanks for control
  /// characters (append_clean_utf8) and, in an item of a list, for commas, so that nobody can add
  /// an item by naming one. Empty where nothing is left. The view is valid until the next call, and
  /// as long as `text`.
  [[nodiscard]] std::string_view clean(std::string_view text, TextRole role);

 private:
  std::string scratch_;
};

}  // namespace vrni2syslog
