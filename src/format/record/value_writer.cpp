#include "format/record/value_writer.h"

namespace vrni2syslog {

void escape_json(LineWriter& writer, std::string_view clean_text) noexcept {
  for (const char c : clean_text) {
    if (c == '"' || c == '\\') writer.put('\\');
    writer.put(c);
  }
}

bool ValueWriter::write_any(LineWriter& writer, std::string_view text, TextRole role) {
  const TextTraits harmless = role == TextRole::Single ? kHasComma : 0;
  const bool is_plain =
      !has_outer_blank(text) && (special_characters_.traits_of(text) & ~harmless) == 0;
  if (!is_plain) return write_cleaned(writer, text, role);
  writer.put(text);
  return true;
}

bool ValueWriter::write_cleaned(LineWriter& writer, std::string_view text, TextRole role) {
  std::string_view clean = clean_text(text, role, scratch_);
  if (clean.find_first_of(blanked_) != std::string_view::npos) {
    blanked_scratch_ = clean;
    for (char& c : blanked_scratch_) {
      if (blanked_.find(c) != std::string::npos) c = ' ';
    }
    clean = clean_text(blanked_scratch_, role, scratch_);  // without the blanks at its ends
  }
  escape_(writer, clean);
  return !clean.empty();
}

}  // namespace vrni2syslog
