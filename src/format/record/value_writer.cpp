#include "format/record/value_writer.h"

namespace vrni2syslog {

bool ValueWriter::write_cleaned(LineWriter& writer, std::string_view text, TextRole role) {
  const std::string_view clean = clean_text(text, role, scratch_);
  escape_(writer, clean);
  return !clean.empty();
}

}  // namespace vrni2syslog
