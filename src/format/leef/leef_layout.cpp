#include "format/leef/leef_layout.h"

#include "base/text/ascii.h"
#include "format/record/header.h"
#include "format/record/ip_protocol.h"
#include "format/record/standard_keys.h"
#include "format/record/value_writer.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <iterator>
#include <string>

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

/// The attribute of a field that has no FlowField, or a value that LEEF does not allow under the
/// predefined name. The prefix keeps it apart from all names that LEEF predefines.
void write_prefixed_key_text(std::string& text, std::string_view name) {
  text = "^vrni";
  append_pascal_case(text, name);
  text += '=';
}

[[nodiscard]] std::string own_key_text(const FlowFieldInfo& info) {
  std::string text;
  if (std::ranges::find(kLeefKeys, info.field, &StandardKey::field) != std::end(kLeefKeys)) {
    write_prefixed_key_text(text, info.name);
    return text;
  }
  append_pascal_case(text, info.name);
  text.front() = to_lower(text.front());
  return fmt::format("^{}=", text);
}

class LeefLayout final : public LineLayout {
 public:
  explicit LeefLayout(const LineOptions& options);

  void write(LineWriter& writer, const LineRecord& record) override;
  void write_message(LineWriter&, std::string_view) const noexcept override {}
  [[nodiscard]] bool has_fields() const noexcept override { return true; }
  void write_field(LineWriter& writer, const RecordField& field) override {
    put_field(writer, keys_.key_for(field), field);
  }
  void write_value(LineWriter& writer, const RecordField&,
                   std::string_view clean_text) const noexcept override {
    writer.put(clean_text);
  }

 private:
  void put_field(LineWriter& writer, const StandardKey* key, const RecordField& field);
  void put_own_key(LineWriter& writer, const RecordField& field);

  TextsByKind priorities_;
  TextsByKind before_device_time_;  ///< " vrni.example.com LEEF:2.0|...|^|cat=Allow^devTime="
  TextsByKind after_device_time_;   ///< "^sev=1"
  std::array<std::string, std::size(kLeefKeys)> key_texts_;
  std::array<std::string, kFlowFieldCount> own_key_texts_;
  StandardKeys keys_{kLeefKeys};
  ValueWriter values_ = ValueWriter::with_blanks_for("^|");
  std::string scratch_;
};

LeefLayout::LeefLayout(const LineOptions& options)
    : priorities_(texts_by_kind(options, pri_text)),
      before_device_time_(texts_by_kind(options, before_device_time)),
      after_device_time_(texts_by_kind(options, after_device_time)) {
  for (std::size_t i = 0; i < key_texts_.size(); ++i)
    key_texts_[i] = fmt::format("^{}=", kLeefKeys[i].key);
  for (const FlowFieldInfo& info : flow_fields())
    own_key_texts_[static_cast<std::size_t>(info.field)] = own_key_text(info);
}

void LeefLayout::write(LineWriter& writer, const LineRecord& record) {
  const auto kind = static_cast<std::size_t>(record.kind);
  writer.put(priorities_[kind]);
  write_rfc3164_time(writer, record.timestamp);
  writer.put(before_device_time_[kind]);
  write_epoch_millis(writer, record.time);
  writer.put(after_device_time_[kind]);
  keys_.sort(record.fields);
  for (std::size_t i = 0; i < std::size(kLeefKeys); ++i) {
    if (keys_.found()[i] != nullptr) put_field(writer, &kLeefKeys[i], *keys_.found()[i]);
  }
  for (const RecordField* const field : keys_.others()) {
    if (!is_other_protocol(*field)) put_field(writer, nullptr, *field);
  }
}

void LeefLayout::put_field(LineWriter& writer, const StandardKey* key, const RecordField& field) {
  const std::size_t before = writer.size();
  if (key != nullptr) {
    writer.put(key_texts_[static_cast<std::size_t>(key - kLeefKeys)]);
  } else {
    put_own_key(writer, field);
  }
  const std::size_t start = writer.size();
  values_.write(writer, field.value, field.role);
  if (writer.size() == start) writer.rewind(before);
}

void LeefLayout::put_own_key(LineWriter& writer, const RecordField& field) {
  if (field.field) {
    writer.put(own_key_texts_[static_cast<std::size_t>(*field.field)]);
  } else {
    write_prefixed_key_text(scratch_, field.name);
    writer.put(scratch_);
  }
}

}  // namespace

std::unique_ptr<LineLayout> make_leef_layout(const LineOptions& options) {
  return std::make_unique<LeefLayout>(options);
}

}  // namespace vrni2syslog
