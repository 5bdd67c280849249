#pragma once

#include "format/record/line_record.h"
#include "format/record/line_writer.h"

#include <string_view>

namespace vrni2syslog {

/// How a format lays a record out as one line: the part of a format that differs from the others.
/// LineFormat does what they have in common: it makes the record, cleans MSG, selects the fields,
/// adds the marks and keeps within the size of a line. src/format/README.md tells how to write one.
class LineLayout {
 public:
  LineLayout() = default;
  LineLayout(const LineLayout&) = delete;
  LineLayout& operator=(const LineLayout&) = delete;
  virtual ~LineLayout() = default;

  /// Writes the whole line of a flow or a manifest: header, record.fields, record.message.
  virtual void write(LineWriter& writer, const LineRecord& record) = 0;
  /// Writes MSG, or a part of it, as write() does.
  virtual void write_message(LineWriter& writer, std::string_view clean_text) const noexcept {
    writer.put(clean_text);
  }

  /// False if MSG is all that a line says. Then the functions below are never called.
  [[nodiscard]] virtual bool has_fields() const noexcept { return false; }
  /// Writes one field with its key as write() does, or nothing if cleaning leaves no text. The key
  /// and all that surrounds or separates the texts take the same number of bytes whatever the texts
  /// are.
  virtual void write_field(LineWriter&, const RecordField&) {}
  /// Writes a clean text of a field as write_field() does: special characters are escaped, each by
  /// itself.
  virtual void write_value(LineWriter&, std::string_view) const noexcept {}
};

}  // namespace vrni2syslog
