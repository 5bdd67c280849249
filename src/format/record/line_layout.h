#pragma once

#include "format/record/line_record.h"
#include "format/record/line_writer.h"

#include <cstddef>
#include <limits>
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

  /// The most bytes that MSG may take as write_message() writes it.
  [[nodiscard]] virtual std::size_t max_message_bytes() const noexcept {
    return std::numeric_limits<std::size_t>::max();
  }

  /// False if MSG is all that a line says. Then the functions below are never called.
  [[nodiscard]] virtual bool has_fields() const noexcept { return false; }
  /// Writes all that one field adds to the line that write() writes, or more: its key and its
  /// texts, each as often as the line shows it.
  virtual void write_field(LineWriter&, const RecordField&) {}
  /// Writes what one clean text of the field adds: special characters are escaped, each by itself.
  virtual void write_value(LineWriter&, const RecordField&, std::string_view) const noexcept {}
};

}  // namespace vrni2syslog
