#pragma once

#include "format/record/flow_record.h"
#include "format/record/line_writer.h"
#include "format/record/manifest.h"

#include <cstddef>
#include <cstdint>
#include <string_view>

namespace vrni2syslog {

/// How a format lays a record out as one line: the part of a LineFormat that differs from one
/// format to the next. Cleaning, MSG, the selection of fields and the limit on a line's length are
/// common (RecordLineFormat).
class LineLayout {
 public:
  LineLayout() = default;
  LineLayout(const LineLayout&) = delete;
  LineLayout& operator=(const LineLayout&) = delete;
  virtual ~LineLayout() = default;

  /// LineFormat::begin_epoch().
  virtual void begin_epoch(std::uint32_t attempt) = 0;
  /// Writes the whole line. A field of whose value nothing is left after cleaning is left out.
  virtual void write_flow(LineWriter& writer, const FlowRecord& record) = 0;
  /// Writes the line of a manifest with this MSG, which is clean.
  virtual void write_manifest(LineWriter& writer, const Manifest& manifest,
                              std::string_view message) = 0;

  /// False where MSG is all that a line says.
  [[nodiscard]] virtual bool has_fields() const noexcept = 0;
  /// The most that a field costs beside its texts and one byte between two of them. Only where
  /// there are fields.
  [[nodiscard]] virtual std::size_t field_overhead(const RecordField& field) const noexcept = 0;
  /// Writes a text of TextCleaner as write_flow() does, with what this format does to its special
  /// characters, each by itself.
  virtual void write_value(LineWriter& writer, std::string_view clean_text) const noexcept = 0;
  /// The same for MSG.
  virtual void write_message(LineWriter& writer, std::string_view clean_text) const noexcept = 0;
};

}  // namespace vrni2syslog
