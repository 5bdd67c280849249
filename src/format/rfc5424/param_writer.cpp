#include "format/rfc5424/param_writer.h"

#include "format/rfc5424/structured_data.h"

#include <fmt/core.h>

namespace vrni2syslog {

ParamWriter::ParamWriter(SdEscape escape)
    : values_(SpecialCharacters(kSdSpecialCharacters),
              escape == SdEscape::Safe ? substitute_in_sd_value : escape_sd_value) {
  for (const FlowFieldInfo& info : flow_fields()) {
    key_texts_[static_cast<std::size_t>(info.field)] =
        RepeatedText(fmt::format(R"( {}=")", info.name));
  }
}

void ParamWriter::write(LineWriter& writer, const RecordField& field) {
  if (field.field) {
    const RepeatedText& key_text = key_texts_[static_cast<std::size_t>(*field.field)];
    values_.write_between(writer, key_text, '"', field.value, field.role);
  } else {
    values_.write_between(writer, unknown_key_text(field.name), "\"", field.value, field.role);
  }
}

std::string_view ParamWriter::unknown_key_text(std::string_view name) {
  scratch_ = ' ';
  scratch_.append(name).append("=\"");
  return scratch_;
}

}  // namespace vrni2syslog
