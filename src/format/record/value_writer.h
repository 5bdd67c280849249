#pragma once

#include "flow/flow.h"
#include "format/record/clean_text.h"
#include "format/record/line_writer.h"

#include <string>
#include <string_view>

namespace vrni2syslog {

/// Writes a clean text as (part of) a JSON string (RFC 8259 section 7): a backslash before `"` and
/// `\`. A clean text holds no control characters.
void escape_json(LineWriter& writer, std::string_view clean_text) noexcept;

/// Writes the values of fields for a layout: every text cleaned and escaped, the texts of a list
/// joined by commas.
class ValueWriter {
 public:
  /// Writes a clean text with the special characters escaped, each by itself.
  using Escape = void (*)(LineWriter& writer, std::string_view clean_text) noexcept;

  /// `escape` is called for texts that hold one of the special characters, and for those that had
  /// to be cleaned.
  ValueWriter(const SpecialCharacters& special_characters, Escape escape) noexcept
      : special_characters_(special_characters), escape_(escape) {}

  /// For a format that has no escapes: each of `characters`, as many as SpecialCharacters takes,
  /// becomes a blank.
  [[nodiscard]] static ValueWriter with_blanks_for(std::string_view characters) {
    ValueWriter writer(SpecialCharacters(characters),
                       [](LineWriter& out, std::string_view text) noexcept { out.put(text); });
    writer.blanked_ = characters;
    return writer;
  }

  /// Writes the texts of which something is left after cleaning; nothing at all if there is none.
  void write(LineWriter& writer, FieldValue value, TextRole role) {
    const std::size_t start = writer.size();
    for (const std::string_view text : value) {
      if (text.empty()) continue;
      const std::size_t before = writer.size();
      if (before != start) writer.put(',');
      if (is_plain(text, role)) {
        writer.put(text);
      } else if (!write_cleaned(writer, text, role)) {
        writer.rewind(before);
      }
    }
  }
  /// Writes `before`, the texts, and `after`; nothing at all if nothing is left of the texts.
  void write_between(LineWriter& writer, std::string_view before, std::string_view after,
                     FieldValue value, TextRole role) {
    const std::size_t begin = writer.size();
    writer.put(before);
    const std::size_t start = writer.size();
    write(writer, value, role);
    if (writer.size() == start) {
      writer.rewind(begin);
    } else {
      writer.put(after);
    }
  }
  /// Writes a text that is clean already.
  void write_clean(LineWriter& writer, std::string_view clean_text) const noexcept {
    escape_(writer, clean_text);
  }

 private:
  /// Whether a text, which is not empty, needs neither cleaning nor escapes.
  [[nodiscard]] bool is_plain(std::string_view text, TextRole role) const noexcept {
    const TextTraits harmless = role == TextRole::Single ? kHasComma : 0;
    return text.front() != ' ' && text.back() != ' ' &&
           (special_characters_.traits_of(text) & ~harmless) == 0;
  }
  /// False if nothing is left of the text.
  bool write_cleaned(LineWriter& writer, std::string_view text, TextRole role);

  SpecialCharacters special_characters_;
  Escape escape_;
  std::string blanked_;
  std::string scratch_, blanked_scratch_;
};

}  // namespace vrni2syslog
