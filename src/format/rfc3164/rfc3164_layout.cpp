#include "format/rfc3164/rfc3164_layout.h"

#include "format/record/header.h"
#include "format/rfc5424/param_writer.h"

#include <string>

namespace vrni2syslog {
namespace {

class Rfc3164Layout final : public LineLayout {
 public:
  explicit Rfc3164Layout(const LineOptions& options)
      : priorities_(texts_by_kind(options, pri_text)),
        origin_(" " + hostname_field(options.origin.hostname) + " " + rfc3164_tag(options.origin)),
        params_(SdEscape::Safe) {}

  void write(LineWriter& writer, const LineRecord& record) override {
    writer.put(priorities_[static_cast<std::size_t>(record.kind)]);
    write_rfc3164_time(writer, record.timestamp);
    writer.put(origin_);
    for (const RecordField& field : record.fields) params_.write(writer, field);
    writer.put(' ');
    writer.put(record.message);
  }

  [[nodiscard]] bool has_fields() const noexcept override { return true; }
  void write_field(LineWriter& writer, const RecordField& field) override {
    params_.write(writer, field);
  }
  void write_value(LineWriter& writer, const RecordField&,
                   std::string_view clean_text) const noexcept override {
    params_.write_value(writer, clean_text);
  }

 private:
  TextsByKind priorities_;
  std::string origin_;  ///< " vrni.example.com vrni2syslog[4711]:"
  ParamWriter params_;
};

}  // namespace

std::unique_ptr<LineLayout> make_rfc3164_layout(const LineOptions& options) {
  return std::make_unique<Rfc3164Layout>(options);
}

}  // namespace vrni2syslog
