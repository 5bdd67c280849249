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
  values_.write_between(writer, key_text_of(field), "\"", field.value, field.role);
}

std::string_view ParamWriter::key_text_of(const RecordField& field) {
  if (field.field) return key_texts_[static_cast<std::size_t>(*field.field)];
  scratch_ = ' ';
  scratch_.append(field.name).append("=\"");
  return scratch_;
}

}  // namespace vrni2syslog
