#include "format/json/json_layout.h"

#include "base/text/ascii.h"
#include "format/record/header.h"
#include "format/record/ip_protocol.h"
#include "format/record/value_type.h"
#include "format/record/value_writer.h"
#include "json/writer.h"

#include <algorithm>
#include <array>
#include <string>
#include <utility>

namespace vrni2syslog {
namespace {

constexpr std::string_view kEcsVersion = "9.4.0";

/// Fields of which the same text is in a line twice. JsonLayout::put_event_fields() and
/// put_related() write the second one.
constexpr std::array kWrittenTwice{
    FlowField::Action,        FlowField::SourceIp, FlowField::DestinationIp, FlowField::SourceVm,
    FlowField::DestinationVm, FlowField::FlowId,   FlowField::Run,           FlowField::Snapshot};

/// What stands in `event.id` behind the id of the flow or of the run. Versions of a flow in one
/// unit are lines of their own, and so are the manifests of a unit that was sent again: a receiver
/// must not take them for one that was sent twice.
struct IdParts {
  std::string_view unit_start;
  std::string_view version;  ///< a flow's snapshot, or a manifest's attempt; empty if there is none
};

[[nodiscard]] std::string_view attempt_of(const LineRecord& record) noexcept {
  const auto mark = std::ranges::find(record.fields, kAttemptMark, &RecordField::name);
  return mark == record.fields.end() ? std::string_view() : mark->value.front();
}

[[nodiscard]] bool is_flow(LineKind kind) noexcept {
  return kind != LineKind::Manifest && kind != LineKind::Test;
}

[[nodiscard]] std::string_view dataset(LineKind kind) noexcept {
  if (kind == LineKind::Manifest) return "vrni.manifest";
  return kind == LineKind::Test ? "vrni.test" : "vrni.flow";
}

class JsonLayout final : public LineLayout {
 public:
  /// `before_time` and `after_time` stand around the time in the header. Without a header both are
  /// empty.
  JsonLayout(const LineOptions& options, TextsByKind before_time, TextsByKind after_time)
      : before_time_(std::move(before_time)),
        after_time_(std::move(after_time)),
        hostname_(hostname_field(options.origin.hostname)) {}

  void write(LineWriter& writer, const LineRecord& record) override;
  void write_message(LineWriter& writer, std::string_view clean_text) const noexcept override {
    escape_json(writer, clean_text);
  }
  [[nodiscard]] bool has_fields() const noexcept override { return true; }
  void write_field(LineWriter& writer, const RecordField& field) override;
  void write_value(LineWriter& writer, const RecordField& field,
                   std::string_view clean_text) const noexcept override;

 private:
  void sort(std::span<const RecordField> fields);
  [[nodiscard]] const RecordField* field_of(FlowField field) const noexcept {
    return by_field_[static_cast<std::size_t>(field)];
  }

  // Each of these writes members of the object. "place" in the sense of ECS: a field that has one
  // is not in `vrni` too, unless ECS changes its value.
  void put_event(JsonObjectWriter& line, const LineRecord& record);
  void put_types(JsonObjectWriter& event, LineKind kind);
  void put_event_fields(JsonObjectWriter& event, FlowField id, const IdParts& parts);
  void put_ends(JsonObjectWriter& line);
  void put_network(JsonObjectWriter& line);
  void put_protocol(JsonObjectWriter& network);
  void put_observer(JsonObjectWriter& line);
  void put_related(JsonObjectWriter& line);
  void put_own_fields(JsonObjectWriter& own, std::span<const RecordField> fields);

  void put_list(JsonObjectWriter& parent, std::string_view name,
                std::initializer_list<std::string_view> texts);
  void put_field(JsonObjectWriter& parent, std::string_view name, const RecordField& field);
  /// Writes the field to its place if it has a value of the type.
  void place(JsonObjectWriter& parent, std::string_view name, FlowField field, ValueType type);
  /// The only text of a field, clean and in `scratch`; empty if it has none or several.
  [[nodiscard]] std::string_view text_of(FlowField field, std::string& scratch) const;
  [[nodiscard]] bool is_address(FlowField field, ValueType type);

  TextsByKind before_time_;
  TextsByKind after_time_;
  std::string hostname_;

  std::array<const RecordField*, kFlowFieldCount> by_field_{};
  std::array<bool, kFlowFieldCount> is_placed_{};
  TimeWindow unit_{};
  std::string unit_start_;  ///< as text
  std::string json_;
  std::string scratch_, other_scratch_, value_;
};

void JsonLayout::sort(std::span<const RecordField> fields) {
  by_field_.fill(nullptr);
  is_placed_.fill(false);
  for (const RecordField& field : fields) {
    if (field.field) by_field_[static_cast<std::size_t>(*field.field)] = &field;
  }
}

void JsonLayout::write(LineWriter& writer, const LineRecord& record) {
  sort(record.fields);
  json_.clear();
  JsonObjectWriter line(json_);
  line.text("@timestamp", record.timestamp);
  line.key("ecs");
  JsonObjectWriter ecs(json_);
  ecs.text("version", kEcsVersion);
  ecs.end();
  line.text("message", record.message);
  put_event(line, record);
  put_ends(line);
  put_network(line);
  line.object_unless_empty("rule", [&](JsonObjectWriter& rule) {
    place(rule, "id", FlowField::RuleId, ValueType::Any);
  });
  put_observer(line);
  put_related(line);
  line.key("vrni");
  JsonObjectWriter own(json_);
  put_own_fields(own, record.fields);
  own.end();
  line.end();

  const auto kind = static_cast<std::size_t>(record.kind);
  if (!before_time_[kind].empty()) {
    writer.put(before_time_[kind]);
    writer.put(record.timestamp);
    writer.put(after_time_[kind]);
  }
  writer.put(json_);
}

void JsonLayout::write_field(LineWriter& writer, const RecordField& field) {
  constexpr std::string_view kAnyTime = "2026-11-22T12:00:00Z";
  sort({&field, 1});
  json_.clear();
  JsonObjectWriter members(json_);
  const FlowField id = field.field == FlowField::Run ? FlowField::Run : FlowField::FlowId;
  put_event_fields(members, id, {.unit_start = kAnyTime, .version = kAnyTime});
  put_ends(members);
  put_network(members);
  members.object_unless_empty("rule", [&](JsonObjectWriter& rule) {
    place(rule, "id", FlowField::RuleId, ValueType::Any);
  });
  put_related(members);
  put_own_fields(members, {&field, 1});
  writer.put(json_);
}

void JsonLayout::write_value(LineWriter& writer, const RecordField& field,
                             std::string_view clean_text) const noexcept {
  escape_json(writer, clean_text);
  const bool is_twice =
      field.field && std::ranges::find(kWrittenTwice, *field.field) != kWrittenTwice.end();
  if (is_twice) escape_json(writer, clean_text);
}

void JsonLayout::put_event(JsonObjectWriter& line, const LineRecord& record) {
  if (unit_start_.empty() || record.unit != unit_) {
    unit_ = record.unit;
    unit_start_.clear();
    append_rfc3339(unit_start_, unit_.start);
  }
  const bool is_manifest = record.kind == LineKind::Manifest;
  line.key("event");
  JsonObjectWriter event(json_);
  event.text("kind", is_manifest ? "metric" : "event");
  if (is_flow(record.kind)) {
    put_list(event, "category", {"network"});
    put_types(event, record.kind);
  }
  event.text("dataset", dataset(record.kind));
  const std::string_view version =
      is_manifest ? attempt_of(record) : text_of(FlowField::Snapshot, other_scratch_);
  put_event_fields(event, is_manifest ? FlowField::Run : FlowField::FlowId,
                   {.unit_start = unit_start_, .version = version});
  event.end();
}

void JsonLayout::put_types(JsonObjectWriter& event, LineKind kind) {
  if (kind == LineKind::FlowAllow) {
    put_list(event, "type", {"connection", "allowed"});
  } else if (kind == LineKind::FlowDeny) {
    put_list(event, "type", {"connection", "denied"});
  } else {
    put_list(event, "type", {"connection"});
  }
}

void JsonLayout::put_event_fields(JsonObjectWriter& event, FlowField id, const IdParts& parts) {
  place(event, "start", FlowField::WindowStart, ValueType::Any);
  place(event, "end", FlowField::WindowEnd, ValueType::Any);
  const std::string_view id_text = text_of(id, scratch_);
  if (!id_text.empty()) {
    value_ = id_text;
    value_ += '/';
    value_ += parts.unit_start;
    if (!parts.version.empty()) value_ += '/';
    value_ += parts.version;
    event.text("id", value_);
  }
  const std::string_view action = text_of(FlowField::Action, scratch_);
  if (!action.empty()) {
    value_ = action;
    std::ranges::transform(value_, value_.begin(), to_lower);
    event.text("action", value_);
  }
}

void JsonLayout::put_ends(JsonObjectWriter& line) {
  line.object_unless_empty("source", [&](JsonObjectWriter& source) {
    place(source, "ip", FlowField::SourceIp, ValueType::Ip);
    place(source, "bytes", FlowField::SourceBytes, ValueType::Number);
  });
  line.object_unless_empty("destination", [&](JsonObjectWriter& destination) {
    place(destination, "ip", FlowField::DestinationIp, ValueType::Ip);
    place(destination, "port", FlowField::DestinationPort, ValueType::Port);
    place(destination, "bytes", FlowField::DestinationBytes, ValueType::Number);
  });
}

void JsonLayout::put_network(JsonObjectWriter& line) {
  line.object_unless_empty("network", [&](JsonObjectWriter& network) {
    const FlowField end = is_address(FlowField::SourceIp, ValueType::Ip) ? FlowField::SourceIp
                                                                         : FlowField::DestinationIp;
    if (is_address(end, ValueType::Ipv4)) network.text("type", "ipv4");
    if (is_address(end, ValueType::Ipv6)) network.text("type", "ipv6");
    put_protocol(network);
    if (text_of(FlowField::TrafficType, scratch_) == "EAST_WEST_TRAFFIC")
      network.text("direction", "internal");
    place(network, "bytes", FlowField::Bytes, ValueType::Number);
    place(network, "packets", FlowField::Packets, ValueType::Number);
  });
}

void JsonLayout::put_protocol(JsonObjectWriter& network) {
  const std::optional<IpProtocol> protocol = ip_protocol(text_of(FlowField::Protocol, scratch_));
  if (!protocol) return;
  network.text("transport", protocol->keyword);
  network.text("iana_number", protocol->number);
}

void JsonLayout::put_observer(JsonObjectWriter& line) {
  line.key("observer");
  JsonObjectWriter observer(json_);
  observer.text("vendor", "VMware");
  observer.text("product", "vRealize Network Insight");
  if (hostname_ != "-") observer.text("hostname", hostname_);
  observer.text("type", "flow-archive");
  observer.end();
}

void JsonLayout::put_related(JsonObjectWriter& line) {
  line.object_unless_empty("related", [&](JsonObjectWriter& related) {
    const auto address_of = [&](FlowField field, std::string& scratch) {
      return is_address(field, ValueType::Ip) ? text_of(field, scratch) : std::string_view();
    };
    put_list(related, "ip",
             {address_of(FlowField::SourceIp, scratch_),
              address_of(FlowField::DestinationIp, other_scratch_)});
    put_list(related, "hosts",
             {text_of(FlowField::SourceVm, scratch_),
              text_of(FlowField::DestinationVm, other_scratch_)});
  });
}

void JsonLayout::put_own_fields(JsonObjectWriter& own, std::span<const RecordField> fields) {
  for (const RecordField& field : fields) {
    if (!field.field || !is_placed_[static_cast<std::size_t>(*field.field)])
      put_field(own, field.name, field);
  }
}

void JsonLayout::put_list(JsonObjectWriter& parent, std::string_view name,
                          std::initializer_list<std::string_view> texts) {
  if (std::ranges::all_of(texts, &std::string_view::empty)) return;
  parent.key(name);
  json_ += '[';
  bool is_first = true;
  for (const std::string_view text : texts) {
    if (text.empty()) continue;
    if (!std::exchange(is_first, false)) json_ += ',';
    append_json_string(json_, text);
  }
  json_ += ']';
}

void JsonLayout::put_field(JsonObjectWriter& parent, std::string_view name,
                           const RecordField& field) {
  value_.clear();
  for (const std::string_view text : field.value) {
    const std::string_view clean = clean_text(text, field.role, scratch_);
    if (clean.empty()) continue;
    if (!value_.empty()) value_ += ',';
    append_json_string(value_, clean);
  }
  if (value_.empty()) return;
  parent.key(name);
  const bool is_list = field.role == TextRole::ListItem;
  if (is_list) json_ += '[';
  json_ += value_;
  if (is_list) json_ += ']';
}

void JsonLayout::place(JsonObjectWriter& parent, std::string_view name, FlowField field,
                       ValueType type) {
  const RecordField* const found = field_of(field);
  if (found == nullptr || !is_of_type(found->value, type, scratch_)) return;
  is_placed_[static_cast<std::size_t>(field)] = true;
  if (type == ValueType::Number || type == ValueType::Port) {
    parent.key(name);
    json_ += text_of(field, scratch_);
  } else {
    put_field(parent, name, *found);
  }
}

std::string_view JsonLayout::text_of(FlowField field, std::string& scratch) const {
  const RecordField* const found = field_of(field);
  if (found == nullptr || found->value.size() != 1) return {};
  return clean_text(found->value.front(), found->role, scratch);
}

bool JsonLayout::is_address(FlowField field, ValueType type) {
  const RecordField* const found = field_of(field);
  return found != nullptr && is_of_type(found->value, type, value_);
}

[[nodiscard]] std::string before_syslog_time(LineKind kind, const LineOptions& options) {
  return pri_text(kind, options) + "1 ";
}

[[nodiscard]] std::string after_syslog_time(LineKind kind, const LineOptions& options) {
  return " " + rfc5424_origin_text(kind, options) + " - ";
}

}  // namespace

std::unique_ptr<LineLayout> make_json_layout(const LineOptions& options) {
  return std::make_unique<JsonLayout>(options, TextsByKind{}, TextsByKind{});
}

std::unique_ptr<LineLayout> make_json_syslog_layout(const LineOptions& options) {
  return std::make_unique<JsonLayout>(options, texts_by_kind(options, before_syslog_time),
                                      texts_by_kind(options, after_syslog_time));
}

}  // namespace vrni2syslog
