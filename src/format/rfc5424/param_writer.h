#pragma once

#include "flow/flow_field.h"
#include "format/record/line_options.h"
#include "format/record/line_record.h"
#include "format/record/line_writer.h"
#include "format/record/value_writer.h"

#include <array>
#include <string>
#include <string_view>

namespace vrni2syslog {

/// Writes fields as parameters, ` name="value"`: SD-PARAMs of RFC 5424 (section 6.3.3).
class ParamWriter {
 public:
  explicit ParamWriter(SdEscape escape);

  /// Writes nothing if cleaning leaves no text of the field.
  void write(LineWriter& writer, const RecordField& field);
  /// Writes a clean text as write() does.
  void write_value(LineWriter& writer, std::string_view clean_text) const noexcept {
    values_.write_clean(writer, clean_text);
  }

 private:
  /// ` src_ip="` of a field that the table does not have; valid until the next call.
  [[nodiscard]] std::string_view unknown_key_text(std::string_view name);

  std::array<RepeatedText, kFlowFieldCount> key_texts_;  ///< by FlowField
  ValueWriter values_;
  std::string scratch_;
};

}  // namespace vrni2syslog
