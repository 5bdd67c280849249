#include "format/record/flow_record.h"

#include "base/error.h"
#include "format/record/message_text.h"

#include <fmt/format.h>

#include <algorithm>

namespace vrni2syslog {
namespace {

[[nodiscard]] std::size_t own_index(FlowField field) noexcept {
  return static_cast<std::size_t>(field) - static_cast<std::size_t>(FlowField::FlowId);
}

[[nodiscard]] RecordField field_without_value(const FlowFieldInfo& info) {
  RecordField field;
  field.field = info.field;
  field.name = info.name;
  field.is_essential = info.is_essential;
  // flow_id, too, is a Record field, but its text is the platform's.
  field.is_fixed_size = info.kind == FieldKind::Record && info.field != FlowField::FlowId;
  const bool is_list = info.kind == FieldKind::Texts || info.kind == FieldKind::References;
  field.role = is_list ? TextRole::ListItem : TextRole::Single;
  return field;
}

}  // namespace

FlowRecordBuilder::FlowRecordBuilder(const LineOptions& options)
    : has_unknown_fields_(options.fields.empty()), run_id_(options.origin.run_id) {
  for (const FlowField field : options.fields) {
    if (std::ranges::find(selection_, field, &RecordField::field) != selection_.end()) {
      throw Error(Fault::Usage,
                  fmt::format("field '{}' is selected twice; name it once", info_of(field).name));
    }
    selection_.push_back(field_without_value(info_of(field)));
  }
  if (!options.fields.empty()) return;
  for (const FlowFieldInfo& info : flow_fields()) selection_.push_back(field_without_value(info));
}

const FlowRecord& FlowRecordBuilder::build(const Flow& flow, const TimeWindow& unit) {
  record_.verdict = firewall_action(flow.text(FlowField::Action));
  record_.is_partial = flow.is_partial;
  record_.is_truncated = false;
  set_times(flow, unit);
  set_fixed_field(FlowField::FlowId, flow.id);
  set_fixed_field(FlowField::Run, run_id_);

  fields_.clear();
  add_known_fields(flow);
  if (has_unknown_fields_) add_unknown_fields(flow);
  record_.fields = fields_;

  message_.clear();
  append_flow_message(message_, flow, record_.timestamp, cleaner_);
  record_.message = message_;
  return record_;
}

void FlowRecordBuilder::set_fixed_field(FlowField field, std::string_view text) noexcept {
  fixed_texts_[own_index(field)] = text;
}

void FlowRecordBuilder::set_times(const Flow& flow, const TimeWindow& unit) {
  record_.time = event_time(flow.version_time, unit);
  record_.timestamp = event_text_.rfc3339_millis(record_.time);
  set_fixed_field(FlowField::WindowStart, start_text_.rfc3339(unit.start));
  set_fixed_field(FlowField::WindowEnd, end_text_.rfc3339(unit.end));
  // The platform has no versions of 1970: a time of zero is one that is not known.
  const bool has_version_time = flow.version_time != UnixSeconds{};
  set_fixed_field(FlowField::Snapshot, has_version_time ? snapshot_text_.rfc3339(flow.version_time)
                                                        : std::string_view());
}

void FlowRecordBuilder::add_known_fields(const Flow& flow) {
  for (const RecordField& selected : selection_) {
    FieldValue value;
    if (*selected.field < FlowField::FlowId) {
      value = flow.value(*selected.field);
      if (value.empty()) continue;
    } else {
      value = FieldValue(&fixed_texts_[own_index(*selected.field)], 1);
      if (value.front().empty()) continue;
    }
    RecordField& field = fields_.emplace_back(selected);
    field.value = value;
    if (value.size() > 1) field.role = TextRole::ListItem;
  }
}

void FlowRecordBuilder::add_unknown_fields(const Flow& flow) {
  for (const UnknownField& unknown : flow.unknown_fields) {
    if (unknown.value.empty()) continue;
    const std::optional<std::string_view> name = unknown_names_.name_of(unknown.api_name);
    if (!name || has_field_named(*name)) {
      record_.is_truncated = true;
      continue;
    }
    // It may be a list: no item of it may look like two.
    fields_.push_back(
        {.field = std::nullopt, .name = *name, .value = unknown.value, .role = TextRole::ListItem});
  }
}

bool FlowRecordBuilder::has_field_named(std::string_view name) const noexcept {
  return std::ranges::find(fields_, name, &RecordField::name) != fields_.end();
}

}  // namespace vrni2syslog
