#include "format/leef/leef_layout.h"

#include "base/text/ascii.h"
#include "format/record/header.h"
#include "format/record/ip_protocol.h"
#include "format/record/keyed_fields.h"
#include "format/record/value_writer.h"

#include <fmt/format.h>

#include <algorithm>
#include <iterator>
#include <optional>
#include <string>
#include <string_view>

namespace vrni2syslog {
namespace {

/// In the order in which a line shows them. `policy` is not among them: it is the policy of a
/// user's account, not the rule of a firewall.
constexpr StandardKey kLeefKeys[] = {
    {.field = FlowField::Protocol, .key = "proto", .type = ValueType::Protocol},
    {.field = FlowField::SourceIp, .key = "src", .type = ValueType::Ip},
    {.field = FlowField::DestinationIp, .key = "dst", .type = ValueType::Ip},
    {.field = FlowField::DestinationPort, .key = "dstPort", .type = ValueType::Port},
    {.field = FlowField::SourceBytes, .key = "srcBytes", .type = ValueType::Number},
    {.field = FlowField::DestinationBytes, .key = "dstBytes", .type = ValueType::Number},
    {.field = FlowField::Packets, .key = "totalPackets", .type = ValueType::Number},
};

/// With the EventID, what QRadar maps to a category of its own.
[[nodiscard]] std::string_view category(LineKind kind) noexcept {
  switch (kind) {
    case LineKind::Flow:
      break;
    case LineKind::FlowAllow:
      return "Allow";
    case LineKind::FlowDeny:
      return "Deny";
    case LineKind::Manifest:
      return "Manifest";
    case LineKind::Test:
      return "Test";
  }
  return "Flow";
}

[[nodiscard]] std::string before_device_time(LineKind kind, const LineOptions& options) {
  return fmt::format(
      " {} LEEF:2.0|{}|{}|^|cat={}^devTime=", hostname_field(options.origin.hostname), kProductText,
      message_id(kind), category(kind));
}

/// LEEF's severity, from 1 to 10.
[[nodiscard]] std::string after_device_time(LineKind kind, const LineOptions&) {
  return kind == LineKind::FlowDeny ? "^sev=5" : "^sev=1";
}

[[nodiscard]] std::string leef_key_text(const StandardKey& key) {
  return fmt::format("^{}=", key.key);
}

/// A key of ours. Where a field has no FlowField, or a value that LEEF does not allow under the
/// predefined name, a prefix keeps it apart from all names that LEEF predefines.
void write_leef_own_key_text(std::string& text, std::string_view name,
                             std::optional<FlowField> field) {
  const bool is_prefixed =
      !field || std::ranges::find(kLeefKeys, *field, &StandardKey::field) != std::end(kLeefKeys);
  text = is_prefixed ? "^vrni" : "^";
  const std::size_t start = text.size();
  append_pascal_case(text, name);
  if (!is_prefixed) text[start] = to_lower(text[start]);
  text += '=';
}

class LeefLayout final : public LineLayout {
 public:
  explicit LeefLayout(const LineOptions& options);

  void write(LineWriter& writer, const LineRecord& record) override;
  void write_message(LineWriter&, std::string_view) const noexcept override {}
  [[nodiscard]] bool has_fields() const noexcept override { return true; }
  void write_field(LineWriter& writer, const RecordField& field) override {
    fields_.write(writer, field);
  }
  void write_value(LineWriter& writer, const RecordField&,
                   std::string_view clean_text) const noexcept override {
    writer.put(clean_text);
  }

 private:
  TextsByKind priorities_;
  TextsByKind before_device_time_;  ///< " vrni.example.com LEEF:2.0|...|^|cat=Allow^devTime="
  TextsByKind after_device_time_;   ///< "^sev=1"
  KeyedFields fields_{kLeefKeys, leef_key_text, write_leef_own_key_text,
                      ValueWriter::with_blanks_for("^|")};
};

LeefLayout::LeefLayout(const LineOptions& options)
    : priorities_(texts_by_kind(options, pri_text)),
      before_device_time_(texts_by_kind(options, before_device_time)),
      after_device_time_(texts_by_kind(options, after_device_time)) {}

void LeefLayout::write(LineWriter& writer, const LineRecord& record) {
  const auto kind = static_cast<std::size_t>(record.kind);
  writer.put(priorities_[kind]);
  write_rfc3164_time(writer, record.timestamp);
  writer.put(before_device_time_[kind]);
  write_epoch_millis(writer, record.time);
  writer.put(after_device_time_[kind]);
  fields_.sort(record.fields);
  for (std::size_t i = 0; i < std::size(kLeefKeys); ++i) fields_.write_found(writer, i);
  for (const RecordField* const field : fields_.others()) {
    if (!is_other_protocol(*field)) fields_.write_other(writer, *field);
  }
}

}  // namespace

std::unique_ptr<LineLayout> make_leef_layout(const LineOptions& options) {
  return std::make_unique<LeefLayout>(options);
}

}  // namespace vrni2syslog
