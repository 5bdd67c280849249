#include "format/rfc5424/param_writer.h"

#include "format/rfc5424/structured_data.h"

#include <fmt/core.h>

namespace vrni2syslog {

ParamWriter::ParamWriter(SdEscape escape)
    : values_(SpecialCharacters(kSdSpecialCharacters),
              escape == SdEscape::Safe ? substitute_in_sd_value : escape_sd_value) {
  for (const FlowFieldInfo& info : flow_fields()) {
    key_texts_[static_cast<std::size_t>(info.field)] = fmt::format(R"( {}=")", info.name);
  }
}

void ParamWriter::write(LineWriter& writer, const RecordField& field) {
  const std::size_t before = writer.size();
  if (field.field) {
    writer.put(key_texts_[static_cast<std::size_t>(*field.field)]);
  } else {
    writer.put(' ');
    writer.put(field.name);
    writer.put("=\"");
  }
  const std::size_t start = writer.size();
  values_.write(writer, field.value, field.role);
  if (writer.size() == start) {
    writer.rewind(before);
  } else {
    writer.put('"');
  }
}

}  // namespace vrni2syslog
