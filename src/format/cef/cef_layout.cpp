#include "format/cef/cef_layout.h"

#include "format/record/header.h"
#include "format/record/keyed_fields.h"
#include "format/record/value_writer.h"

#include <fmt/format.h>

#include <iterator>
#include <optional>
#include <string>
#include <string_view>

namespace vrni2syslog {
namespace {

// The longest values that the standard allows.
constexpr std::size_t kMaxText = 1023;
constexpr std::size_t kMaxCustomText = 4000;
constexpr std::size_t kMaxAction = 63;
constexpr std::size_t kMaxProtocol = 31;
constexpr std::size_t kMaxDeviceHost = 100;
constexpr std::size_t kMaxExternalId = 40;

/// In the order in which a line shows them.
constexpr StandardKey kCefKeys[] = {
    {.field = FlowField::Action, .key = "act", .max_bytes = kMaxAction},
    {.field = FlowField::Protocol, .key = "proto", .max_bytes = kMaxProtocol},
    {.field = FlowField::SourceIp, .key = "src", .type = ValueType::Ipv4},
    {.field = FlowField::SourceIp,
     .key = "c6a2",
     .label = "Source IPv6 Address",
     .type = ValueType::Ipv6},
    {.field = FlowField::DestinationIp, .key = "dst", .type = ValueType::Ipv4},
    {.field = FlowField::DestinationIp,
     .key = "c6a3",
     .label = "Destination IPv6 Address",
     .type = ValueType::Ipv6},
    {.field = FlowField::DestinationPort, .key = "dpt", .type = ValueType::Port},
    {.field = FlowField::PortName, .key = "destinationServiceName", .max_bytes = kMaxText},
    {.field = FlowField::SourceVm, .key = "shost", .max_bytes = kMaxText},
    {.field = FlowField::DestinationVm, .key = "dhost", .max_bytes = kMaxText},
    {.field = FlowField::RuleId, .key = "cs1", .label = "Rule", .max_bytes = kMaxCustomText},
    {.field = FlowField::TrafficType,
     .key = "cs2",
     .label = "TrafficType",
     .max_bytes = kMaxCustomText},
    {.field = FlowField::SourceNetwork,
     .key = "cs3",
     .label = "SourceNetwork",
     .max_bytes = kMaxCustomText},
    {.field = FlowField::DestinationNetwork,
     .key = "cs4",
     .label = "DestinationNetwork",
     .max_bytes = kMaxCustomText},
    {.field = FlowField::SourceSecurityGroups,
     .key = "cs5",
     .label = "SourceGroups",
     .max_bytes = kMaxCustomText},
    {.field = FlowField::DestinationSecurityGroups,
     .key = "cs6",
     .label = "DestinationGroups",
     .max_bytes = kMaxCustomText},
    {.field = FlowField::SourceBytes, .key = "in", .type = ValueType::Number},
    {.field = FlowField::DestinationBytes, .key = "out", .type = ValueType::Number},
    {.field = FlowField::Sessions, .key = "cnt", .type = ValueType::Number},
    {.field = FlowField::Bytes, .key = "cn1", .label = "Bytes", .type = ValueType::Number},
    {.field = FlowField::Packets, .key = "cn2", .label = "Packets", .type = ValueType::Number},
    {.field = FlowField::FlowId, .key = "externalId", .max_bytes = kMaxExternalId},
};

/// Name and severity of an event (0 to 10). The standard does not want a name with variable parts.
[[nodiscard]] std::string_view name_and_severity(LineKind kind) noexcept {
  switch (kind) {
    case LineKind::Flow:
      break;
    case LineKind::FlowAllow:
      return "Flow allowed|1";
    case LineKind::FlowDeny:
      return "Flow denied|5";
    case LineKind::Manifest:
      return "Manifest|1";
    case LineKind::Test:
      return "Test|1";
  }
  return "Flow|1";
}

[[nodiscard]] std::string before_receipt_time(LineKind kind, const LineOptions& options) {
  return fmt::format(" {} CEF:0|{}|{}|{}|rt=", hostname_field(options.origin.hostname),
                     kProductText, message_id(kind), name_and_severity(kind));
}

/// Of the extension: a backslash before `\` and `=`.
void escape_cef_value(LineWriter& writer, std::string_view clean_text) noexcept {
  for (const char c : clean_text) {
    if (c == '\\' || c == '=') writer.put('\\');
    writer.put(c);
  }
}

/// ` key=`, or ` cs1Label=Rule cs1=`.
[[nodiscard]] std::string cef_key_text(const StandardKey& key) {
  return key.label.empty() ? fmt::format(" {}=", key.key)
                           : fmt::format(" {0}Label={1} {0}=", key.key, key.label);
}

/// A key of ours. The standard wants vendor, product and name, of letters and digits.
void write_cef_own_key_text(std::string& text, std::string_view name, std::optional<FlowField>) {
  text = " vrni2syslogFlow";
  append_pascal_case(text, name);
  text += '=';
}

[[nodiscard]] bool is_window_time(const RecordField& field) noexcept {
  return field.field == FlowField::WindowStart || field.field == FlowField::WindowEnd;
}

/// ` start=1795348800000` or ` end=1795352400000`, if the field is one of these.
void put_window_time(LineWriter& writer, const RecordField& field,
                     const TimeWindow& unit) noexcept {
  if (!is_window_time(field)) return;
  const bool is_start = field.field == FlowField::WindowStart;
  writer.put(is_start ? " start=" : " end=");
  write_epoch_millis(writer, is_start ? unit.start : unit.end);
}

class CefLayout final : public LineLayout {
 public:
  explicit CefLayout(const LineOptions& options);

  void write(LineWriter& writer, const LineRecord& record) override;
  void write_message(LineWriter& writer, std::string_view clean_text) const noexcept override {
    escape_cef_value(writer, clean_text);
  }
  [[nodiscard]] std::size_t max_message_bytes() const noexcept override { return kMaxText; }
  [[nodiscard]] bool has_fields() const noexcept override { return true; }
  void write_field(LineWriter& writer, const RecordField& field) override {
    fields_.write(writer, field);
  }
  void write_value(LineWriter& writer, const RecordField&,
                   std::string_view clean_text) const noexcept override {
    fields_.values().write_clean(writer, clean_text);
  }

 private:
  TextsByKind priorities_;
  TextsByKind before_receipt_time_;  ///< " vrni.example.com CEF:0|...|1|rt="
  std::string device_host_;          ///< " dvchost=vrni.example.com"
  KeyedFields fields_{kCefKeys, cef_key_text, write_cef_own_key_text,
                      ValueWriter(SpecialCharacters("\\="), escape_cef_value)};
};

CefLayout::CefLayout(const LineOptions& options)
    : priorities_(texts_by_kind(options, pri_text)),
      before_receipt_time_(texts_by_kind(options, before_receipt_time)) {
  const std::string hostname = hostname_field(options.origin.hostname);
  if (hostname != "-" && hostname.size() <= kMaxDeviceHost) device_host_ = " dvchost=" + hostname;
}

void CefLayout::write(LineWriter& writer, const LineRecord& record) {
  const auto kind = static_cast<std::size_t>(record.kind);
  writer.put(priorities_[kind]);
  write_rfc3164_time(writer, record.timestamp);
  writer.put(before_receipt_time_[kind]);
  write_epoch_millis(writer, record.time);
  for (const RecordField& field : record.fields) put_window_time(writer, field, record.unit);
  fields_.sort(record.fields);
  for (std::size_t i = 0; i < std::size(kCefKeys); ++i) {
    if (kCefKeys[i].field == FlowField::FlowId) writer.put(device_host_);
    const RecordField* const field = fields_.found()[i];
    if (field != nullptr && !is_other_protocol(*field)) fields_.write_found(writer, i);
  }
  for (const RecordField* const field : fields_.others()) {
    if (!is_window_time(*field)) fields_.write_other(writer, *field);
  }
  writer.put(" msg=");
  write_message(writer, record.message);
}

}  // namespace

std::unique_ptr<LineLayout> make_cef_layout(const LineOptions& options) {
  return std::make_unique<CefLayout>(options);
}

}  // namespace vrni2syslog
