#include "format/record/record_builder.h"

#include "base/error.h"
#include "format/record/message_text.h"

#include <fmt/core.h>

#include <algorithm>
#include <utility>

namespace vrni2syslog {
namespace {

[[nodiscard]] std::size_t fixed_index(FlowField field) noexcept {
  return static_cast<std::size_t>(field) - static_cast<std::size_t>(FlowField::FlowId);
}

[[nodiscard]] RecordField field_without_value(const FlowFieldInfo& info) {
  RecordField field;
  field.field = info.field;
  field.name = info.name;
  field.is_essential = info.is_essential;
  // flow_id is a Record field too, but its text is the platform's.
  field.is_fixed_size = info.kind == FieldKind::Record && info.field != FlowField::FlowId;
  const bool is_list = info.kind == FieldKind::Texts || info.kind == FieldKind::References;
  field.role = is_list ? TextRole::ListItem : TextRole::Single;
  return field;
}

[[nodiscard]] RecordField field_named(std::string_view name) {
  RecordField field;
  field.name = name;
  return field;
}

/// Has `text` hold what `append` writes of a time.
template <typename Time>
void rewrite(std::string& text, void (*append)(std::string&, Time), Time time) {
  text.clear();
  append(text, time);
}

}  // namespace

WallTime event_time(UnixSeconds version_time, const TimeWindow& unit) noexcept {
  if (version_time < unit.start || unit.is_empty()) return unit.start;
  if (version_time >= unit.end) return WallTime(unit.end) - std::chrono::milliseconds(1);
  return version_time;
}

RecordBuilder::RecordBuilder(const LineOptions& options)
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

void RecordBuilder::begin_epoch(std::uint32_t attempt) {
  attempt_text_ = std::to_string(attempt);
  attempt_ = attempt > 1 ? std::string_view(attempt_text_) : std::string_view();
  is_late_ = false;
}

void RecordBuilder::begin_late_epoch(std::uint32_t attempt) {
  begin_epoch(attempt);
  is_late_ = true;
}

const LineRecord& RecordBuilder::build(const Flow& flow, const TimeWindow& unit) {
  record_.kind = kind_of_flow(flow.text(FlowField::Action));
  record_.is_truncated = false;
  set_times(flow, unit);
  set_fixed_field(FlowField::FlowId, flow.id);
  set_fixed_field(FlowField::Run, run_id_);

  fields_.clear();
  add_known_fields(flow);
  if (has_unknown_fields_) add_unknown_fields(flow);
  add_marks(flow);
  record_.fields = fields_;

  message_.clear();
  append_flow_message(message_, flow, record_.timestamp, scratch_);
  record_.message = message_;
  return record_;
}

void RecordBuilder::set_fixed_field(FlowField field, std::string_view text) noexcept {
  fixed_texts_[fixed_index(field)] = text;
}

void RecordBuilder::set_times(const Flow& flow, const TimeWindow& unit) {
  const bool is_new_unit = start_text_.empty() || unit != unit_;
  if (is_new_unit) {
    unit_ = unit;
    rewrite(start_text_, append_rfc3339, unit.start);
    rewrite(end_text_, append_rfc3339, unit.end);
  }
  if (is_new_unit || flow.version_time != version_time_) {
    version_time_ = flow.version_time;
    rewrite(snapshot_text_, append_rfc3339, version_time_);
    rewrite(event_text_, append_rfc3339_millis, event_time(version_time_, unit));
  }
  record_.unit = unit;
  record_.version_time = version_time_;
  record_.time = event_time(version_time_, unit);
  record_.timestamp = event_text_;
  set_fixed_field(FlowField::WindowStart, start_text_);
  set_fixed_field(FlowField::WindowEnd, end_text_);
  // The platform has no versions of 1970: a time of zero means that it is not known.
  const bool has_version_time = version_time_ != UnixSeconds{};
  set_fixed_field(FlowField::Snapshot,
                  has_version_time ? std::string_view(snapshot_text_) : std::string_view());
}

void RecordBuilder::add_known_fields(const Flow& flow) {
  for (const RecordField& selected : selection_) {
    FieldValue value;
    if (*selected.field < FlowField::FlowId) {
      value = flow.value(*selected.field);
      if (value.empty()) continue;
    } else {
      value = FieldValue(&fixed_texts_[fixed_index(*selected.field)], 1);
      if (value.front().empty()) continue;
    }
    RecordField& field = fields_.emplace_back(selected);
    field.value = value;
    if (value.size() > 1) field.role = TextRole::ListItem;
  }
}

void RecordBuilder::add_unknown_fields(const Flow& flow) {
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

void RecordBuilder::add_marks(const Flow& flow) {
  if (!attempt_.empty()) fields_.push_back(mark(kAttemptMark, {&attempt_, 1}));
  if (is_late_) fields_.push_back(mark(kLateMark));
  if (flow.is_partial) fields_.push_back(mark(kPartialMark));
  if (record_.is_truncated) fields_.push_back(mark(kTruncatedMark));
}

bool RecordBuilder::has_field_named(std::string_view name) const noexcept {
  return std::ranges::find(fields_, name, &RecordField::name) != fields_.end();
}

const LineRecord& RecordBuilder::build(const Manifest& manifest, ManifestMessage message) {
  record_.kind = LineKind::Manifest;
  record_.unit = manifest.window;
  set_time(manifest.time);
  record_.is_truncated = false;

  fields_.clear();
  add_manifest_fields(manifest);
  if (!attempt_.empty()) fields_.push_back(mark(kAttemptMark, {&attempt_, 1}));
  record_.fields = fields_;

  message_.clear();
  append_manifest_message(message_, manifest);
  if (message == ManifestMessage::WithEvidence)
    append_manifest_evidence(message_, manifest, run_id_, scratch_);
  record_.message = message_;
  return record_;
}

const LineRecord& RecordBuilder::build_test(WallTime time) {
  record_.kind = LineKind::Test;
  record_.unit = TimeWindow{};
  set_time(time);
  record_.is_truncated = false;
  fields_.assign(1, mark(kTestMark));
  record_.fields = fields_;
  message_ = "vRNI-Test: ";
  message_ += record_.timestamp;
  message_ += " a test of the way to this collector; no flow";
  record_.message = message_;
  return record_;
}

/// Sets the time of a line that is not a flow's.
void RecordBuilder::set_time(WallTime time) {
  record_.time = time;
  record_.version_time = UnixSeconds{};
  rewrite(event_text_, append_rfc3339_millis, time);
  start_text_.clear();  // the texts of times are no longer those of a flow
  record_.timestamp = event_text_;
}

void RecordBuilder::add_manifest_fields(const Manifest& manifest) {
  manifest_texts_.clear();
  manifest_values_.clear();
  add_manifest_field(field_without_value(info_of(FlowField::Run)), run_id_);
  add_manifest_field(field_without_value(info_of(FlowField::WindowStart)),
                     to_rfc3339(manifest.window.start));
  add_manifest_field(field_without_value(info_of(FlowField::WindowEnd)),
                     to_rfc3339(manifest.window.end));
  add_manifest_field(field_named(kFlowsField), std::to_string(manifest.flow_count));
  add_manifest_field(field_named(kDigestField), to_hex(manifest.lines_digest));
  if (manifest.left_out_count != 0)
    add_manifest_field(field_named(kLeftOutField), std::to_string(manifest.left_out_count));
  if (manifest.late_count != 0)
    add_manifest_field(field_named(kLateMark), std::to_string(manifest.late_count));
}

void RecordBuilder::add_manifest_field(RecordField field, std::string text) {
  const std::string& kept = manifest_texts_.emplace_back(std::move(text));
  field.value = {&manifest_values_.emplace_back(kept), 1};
  fields_.push_back(field);
}

}  // namespace vrni2syslog
