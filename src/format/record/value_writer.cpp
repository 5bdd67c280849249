#include "format/record/value_writer.h"

namespace vrni2syslog {

void ValueWriter::write(LineWriter& writer, FieldValue value, TextRole role) {
  const std::size_t start = writer.size();
  for (const std::string_view text : value) {
    const std::size_t before_separator = writer.size();
    if (before_separator != start) writer.put(',');
    const std::size_t before_text = writer.size();
    write_text(writer, text, role);
    if (writer.size() == before_text) writer.rewind(before_separator);
  }
}

void ValueWriter::write_text(LineWriter& writer, std::string_view text, TextRole role) {
  if (text.empty()) return;
  const bool has_outer_blank = text.front() == ' ' || text.back() == ' ';
  const TextTraits harmless = role == TextRole::Single ? kHasComma : 0;
  if (!has_outer_blank && (special_characters_.traits_of(text) & ~harmless) == 0) {
    writer.put(text);
  } else {
    escape_(writer, clean_text(text, role, scratch_));
  }
}

}  // namespace vrni2syslog
