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
      if (!writer.put_if(text, copy_ordinary()) && !write_any(writer, text, role))
        writer.rewind(before);
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
  /// The same, faster for what nearly every field is: one text without any character that might be
  /// special.
  void write_between(LineWriter& writer, const RepeatedText& before, char after, FieldValue value,
                     TextRole role) {
    const bool is_written =
        value.size() == 1 && writer.put_between_if(before, value.front(), after, copy_ordinary());
    if (!is_written) write_between(writer, before.text(), {&after, 1}, value, role);
  }
  /// Writes a text that is clean already.
  void write_clean(LineWriter& writer, std::string_view clean_text) const noexcept {
    escape_(writer, clean_text);
  }

 private:
  /// For LineWriter::put_if(): copies a text without outer blanks and without any character that
  /// might be special, be it only a comma.
  struct CopyOrdinary {
    const SpecialCharacters& special_characters;

    bool operator()(std::string_view text, char* out) const noexcept {
      return !text.empty() && !has_outer_blank(text) && special_characters.copy_ordinary(text, out);
    }
  };

  [[nodiscard]] static bool has_outer_blank(std::string_view text) noexcept {
    return text.front() == ' ' || text.back() == ' ';
  }
  [[nodiscard]] CopyOrdinary copy_ordinary() const noexcept { return {special_characters_}; }
  /// Writes any text that is not empty. False if nothing is left of it.
  bool write_any(LineWriter& writer, std::string_view text, TextRole role);
  bool write_cleaned(LineWriter& writer, std::string_view text, TextRole role);

  SpecialCharacters special_characters_;
  Escape escape_;
  std::string blanked_;
  std::string scratch_, blanked_scratch_;
};

}  // namespace vrni2syslog
