#include "format/record/record_builder.h"

#include "base/error.h"
#include "format/record/header.h"
#include "format/record/message_text.h"

#include <fmt/format.h>

#include <algorithm>
#include <iterator>
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

void set_value(RecordField& field, FieldValue value) noexcept {
  field.value = value;
  if (value.size() > 1) field.role = TextRole::ListItem;
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

std::vector<std::pair<std::string_view, std::string>> fields_of(const ManifestLink& link) {
  std::vector<std::pair<std::string_view, std::string>> fields = {
      {kPreviousField, link.previous},
      {kGenesisField, link.genesis},
      {kKeyField, link.key},
      {kOldKeyField, link.old_key},
      {kSpkiField, link.spki},
      {kKeySignatureField, link.key_signature},
      {kSignatureField, link.signature}};
  std::erase_if(fields, [](const auto& field) { return field.second.empty(); });
  return fields;
}

RecordBuilder::RecordBuilder(const LineOptions& options, std::string_view format)
    : shows_all_fields_(options.fields.empty()), origin_(options.origin), format_(format) {
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
  set_fixed_field(FlowField::Run, origin_.run_id);

  fields_.clear();
  add_known_fields(flow);
  if (shows_all_fields_) add_unknown_fields(flow);
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
  if (shows_all_fields_) {
    add_all_fields_of(flow);
  } else {
    for (const RecordField& selected : selection_) add_selected_field(flow, selected);
  }
}

/// Does not ask for the fields that have no value, which are most of them.
void RecordBuilder::add_all_fields_of(const Flow& flow) {
  fields_.resize(flow.value_count());
  auto next = fields_.begin();
  flow.for_each_value([&](FlowField field, FieldValue value) {
    *next = selection_[static_cast<std::size_t>(field)];
    set_value(*next++, value);
  });
  const auto first_fixed = static_cast<std::size_t>(FlowField::FlowId);
  for (const RecordField& fixed : std::span(selection_).subspan(first_fixed))
    add_selected_field(flow, fixed);
}

void RecordBuilder::add_selected_field(const Flow& flow, const RecordField& selected) {
  FieldValue value;
  if (*selected.field < FlowField::FlowId) {
    value = flow.value(*selected.field);
  } else if (const auto& text = fixed_texts_[fixed_index(*selected.field)]; !text.empty()) {
    value = {&text, 1};
  }
  if (!value.empty()) set_value(fields_.emplace_back(selected), value);
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
  if (message != ManifestMessage::Short)
    append_manifest_evidence(message_, manifest, origin_.run_id, scratch_);
  if (message == ManifestMessage::Whole && manifest.link) append_manifest_fields(message_);
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
  add_manifest_field(field_without_value(info_of(FlowField::Run)), origin_.run_id);
  add_manifest_field(field_without_value(info_of(FlowField::WindowStart)),
                     to_rfc3339(manifest.window.start));
  add_manifest_field(field_without_value(info_of(FlowField::WindowEnd)),
                     to_rfc3339(manifest.window.end));
  add_manifest_field(field_named(kFlowsField), std::to_string(manifest.flow_count));
  add_manifest_field(field_named(kDigestField), to_hex(manifest.lines_digest));
  if (manifest.offsets_digest)
    add_manifest_field(field_named(kOffsetsField), to_hex(*manifest.offsets_digest));
  if (manifest.left_out_count != 0)
    add_manifest_field(field_named(kLeftOutField), std::to_string(manifest.left_out_count));
  if (manifest.late_count != 0)
    add_manifest_field(field_named(kLateMark), std::to_string(manifest.late_count));
  if (manifest.link) add_link_fields(*manifest.link);
}

/// What a relay may change in the header, such as HOSTNAME, is among them: signed_text() must
/// follow from these fields alone.
void RecordBuilder::add_link_fields(const ManifestLink& link) {
  const auto add = [this](std::string_view name, const std::string& text) {
    if (!text.empty()) add_manifest_field(field_named(name), text);
  };
  add(kPlatformField, hostname_field(origin_.hostname));
  add(kJobField, origin_.job);
  add(kFormatField, format_);
  for (auto& [name, text] : fields_of(link)) add_manifest_field(field_named(name), std::move(text));
}

/// " run=4711 window_start=2026-11-22T12:00:00Z ...".
void RecordBuilder::append_manifest_fields(std::string& out) const {
  for (const RecordField& field : fields_)
    fmt::format_to(std::back_inserter(out), " {}={}", field.name, field.value.front());
}

std::string RecordBuilder::signed_text(const Manifest& manifest) const {
  const ManifestLink link = manifest.link.value_or(ManifestLink{});
  const auto unless_zero = [](std::uint64_t number) {
    return number == 0 ? std::string() : std::to_string(number);
  };
  const std::pair<std::string_view, std::string> entries[] = {
      {kJobField, origin_.job},
      {kPlatformField, hostname_field(origin_.hostname)},
      {"run", origin_.run_id},
      {"window_start", to_rfc3339(manifest.window.start)},
      {"window_end", to_rfc3339(manifest.window.end)},
      {kAttemptMark, attempt_text_},
      {kFormatField, format_},
      {kFlowsField, std::to_string(manifest.flow_count)},
      {kLeftOutField, unless_zero(manifest.left_out_count)},
      {kLateMark, unless_zero(manifest.late_count)},
      {"digest", to_hex(manifest.lines_digest)},
      {"offsets", manifest.offsets_digest ? to_hex(*manifest.offsets_digest) : std::string()},
      {kPreviousField, link.previous},
      {kGenesisField, link.genesis},
      {kKeyField, link.key},
      {kOldKeyField, link.old_key},
      {kSpkiField, link.spki},
      {kKeySignatureField, link.key_signature}};
  std::string text = "vrni2syslog manifest 1\n";
  for (const auto& [name, value] : entries) {
    if (!value.empty()) fmt::format_to(std::back_inserter(text), "{}={}\n", name, value);
  }
  return text;
}

void RecordBuilder::add_manifest_field(RecordField field, std::string text) {
  const std::string& kept = manifest_texts_.emplace_back(std::move(text));
  field.value = {&manifest_values_.emplace_back(kept), 1};
  fields_.push_back(field);
}

}  // namespace vrni2syslog
