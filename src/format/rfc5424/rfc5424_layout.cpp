#include "format/rfc5424/rfc5424_layout.h"

#include "format/record/header.h"
#include "format/rfc5424/param_writer.h"
#include "format/rfc5424/structured_data.h"

#include <fmt/core.h>

#include <string>

namespace vrni2syslog {
namespace {

class Rfc5424Layout final : public LineLayout {
 public:
  explicit Rfc5424Layout(const LineOptions& options);

  void write(LineWriter& writer, const LineRecord& record) override;
  [[nodiscard]] bool has_fields() const noexcept override { return true; }
  void write_field(LineWriter& writer, const RecordField& field) override {
    params_.write(writer, field);
  }
  void write_value(LineWriter& writer, const RecordField&,
                   std::string_view clean_text) const noexcept override {
    params_.write_value(writer, clean_text);
  }

 private:
  TextsByKind before_time_;  ///< "<166>1 "
  TextsByKind after_time_;   ///< " vrni.local vrni2syslog 4711 FLOW_ALLOW [vrniflow@32473"
  ParamWriter params_;
};

[[nodiscard]] std::string before_time(LineKind kind, const LineOptions& options) {
  return pri_text(kind, options) + "1 ";
}

[[nodiscard]] std::string after_time(LineKind kind, const LineOptions& options) {
  return fmt::format(" {} [{}", rfc5424_origin_text(kind, options), options.rfc5424.sd_id);
}

Rfc5424Layout::Rfc5424Layout(const LineOptions& options)
    : before_time_(texts_by_kind(options, before_time)),
      after_time_(texts_by_kind(options, after_time)),
      params_(options.rfc5424.escape) {
  static_cast<void>(parse_sd_id(options.rfc5424.sd_id));  // throws for an unfit one
}

void Rfc5424Layout::write(LineWriter& writer, const LineRecord& record) {
  const auto kind = static_cast<std::size_t>(record.kind);
  writer.put(before_time_[kind]);
  writer.put(record.timestamp);
  writer.put(after_time_[kind]);
  for (const RecordField& field : record.fields) params_.write(writer, field);
  writer.put("] ");
  writer.put(record.message);
}

}  // namespace

std::unique_ptr<LineLayout> make_rfc5424_layout(const LineOptions& options) {
  return std::make_unique<Rfc5424Layout>(options);
}

}  // namespace vrni2syslog
