#include "format/rfc5424/rfc5424_layout.h"

#include "base/error.h"
#include "format/record/param_name.h"
#include "format/rfc5424/header_field.h"
#include "format/rfc5424/structured_data.h"

#include <fmt/format.h>

#include <array>
#include <cstdint>
#include <string>

namespace vrni2syslog {
namespace {

constexpr std::string_view kManifestMessageId = "MANIFEST";
constexpr std::string_view kPartialMark = R"( partial="1")";
constexpr std::string_view kTruncatedMark = R"( truncated="1")";

/// What is the same in all lines of one kind.
struct LineFrame {
  std::string before_time;  ///< "<166>1 "
  std::string after_time;   ///< " vrni.local vrni2syslog 4711 FLOW_ALLOW [vrniflow@32473"
};

class Rfc5424Layout final : public LineLayout {
 public:
  explicit Rfc5424Layout(const LineOptions& options);

  void begin_epoch(std::uint32_t attempt) override;
  void write_flow(LineWriter& writer, const FlowRecord& record) override;
  void write_manifest(LineWriter& writer, const Manifest& manifest,
                      std::string_view message) override;
  [[nodiscard]] bool has_fields() const noexcept override { return true; }
  [[nodiscard]] std::size_t field_overhead(const RecordField& field) const noexcept override {
    return std::string_view(R"( ="")").size() + field.name.size();
  }
  void write_value(LineWriter& writer, std::string_view clean_text) const noexcept override {
    put_sd_value(writer, clean_text, escape_);
  }
  void write_message(LineWriter& writer, std::string_view clean_text) const noexcept override {
    writer.put(clean_text);
  }

 private:
  void write_field(LineWriter& writer, const RecordField& field);
  void write_text(LineWriter& writer, std::string_view text, TextRole role);
  void write_param(LineWriter& writer, std::string_view name, std::string_view text);

  std::array<LineFrame, kFirewallVerdictCount> flow_frames_;
  LineFrame manifest_frame_;
  std::array<std::string, kFlowFieldCount> param_starts_;  ///< ` src_ip="`, by FlowField
  std::string run_id_;
  std::string attempt_mark_;  ///< ` attempt="2"`; nothing for the first
  SdEscape escape_;
  TextCleaner cleaner_;
};

[[nodiscard]] LineFrame make_frame(const LineOptions& options, Severity severity,
                                   std::string_view message_id) {
  return {.before_time = fmt::format("<{}>1 ", priority_value(options.facility, severity)),
          .after_time =
              fmt::format(" {} {} {} {} [{}", hostname_field(options.origin.hostname),
                          app_name_field(options.origin.app_name),
                          process_id_field(options.origin.process_id), message_id, options.sd_id)};
}

Rfc5424Layout::Rfc5424Layout(const LineOptions& options)
    : manifest_frame_(make_frame(options, Severity::Informational, kManifestMessageId)),
      run_id_(options.origin.run_id),
      escape_(options.escape) {
  if (!is_valid_private_sd_id(options.sd_id)) {
    throw Error(Fault::Usage, fmt::format("SD-ID '{}' is not one of RFC 5424; write a name, "
                                          "'@' and a private enterprise number, at most "
                                          "32 characters in all, as in vrniflow@32473",
                                          printable(options.sd_id)));
  }
  for (std::size_t i = 0; i < flow_frames_.size(); ++i) {
    const auto verdict = static_cast<FirewallAction>(i);
    flow_frames_[i] = make_frame(options, flow_severity(verdict, options), message_id(verdict));
  }
  for (const FlowFieldInfo& info : flow_fields()) {
    param_starts_[static_cast<std::size_t>(info.field)] = fmt::format(R"( {}=")", info.name);
  }
}

void Rfc5424Layout::begin_epoch(std::uint32_t attempt) {
  attempt_mark_.clear();
  if (attempt > 1) attempt_mark_ = fmt::format(R"( {}="{}")", kAttemptParam, attempt);
}

void Rfc5424Layout::write_flow(LineWriter& writer, const FlowRecord& record) {
  const LineFrame& frame = flow_frames_[static_cast<std::size_t>(record.verdict)];
  writer.put(frame.before_time);
  writer.put(record.timestamp);
  writer.put(frame.after_time);
  for (const RecordField& field : record.fields) write_field(writer, field);
  writer.put(attempt_mark_);
  if (record.is_partial) writer.put(kPartialMark);
  if (record.is_truncated) writer.put(kTruncatedMark);
  writer.put("] ");
  writer.put(record.message);
}

void Rfc5424Layout::write_field(LineWriter& writer, const RecordField& field) {
  const std::size_t before = writer.size();
  if (field.field) {
    writer.put(param_starts_[static_cast<std::size_t>(*field.field)]);
  } else {
    writer.put(' ');
    writer.put(field.name);
    writer.put("=\"");
  }
  const std::size_t start = writer.size();
  for (const std::string_view text : field.value) {
    const std::size_t before_separator = writer.size();
    if (before_separator != start) writer.put(',');
    const std::size_t before_text = writer.size();
    write_text(writer, text, field.role);
    if (writer.size() == before_text) writer.rewind(before_separator);
  }
  if (writer.size() == start) {
    writer.rewind(before);
  } else {
    writer.put('"');
  }
}

void Rfc5424Layout::write_text(LineWriter& writer, std::string_view text, TextRole role) {
  if (text.empty()) return;
  const bool has_outer_blank = text.front() == ' ' || text.back() == ' ';
  const unsigned ordinary = role == TextRole::Single ? kHasComma : 0U;
  if (!has_outer_blank && (text_traits(text) & ~ordinary) == 0) {
    writer.put(text);
  } else {
    put_sd_value(writer, cleaner_.clean(text, role), escape_);
  }
}

void Rfc5424Layout::write_param(LineWriter& writer, std::string_view name, std::string_view text) {
  const std::string_view values[] = {text};
  write_field(writer, {.field = std::nullopt, .name = name, .value = values});
}

void Rfc5424Layout::write_manifest(LineWriter& writer, const Manifest& manifest,
                                   std::string_view message) {
  std::string timestamp;
  append_rfc3339_millis(timestamp, manifest.time);
  writer.put(manifest_frame_.before_time);
  writer.put(timestamp);
  writer.put(manifest_frame_.after_time);
  write_param(writer, info_of(FlowField::Run).name, run_id_);
  write_param(writer, info_of(FlowField::WindowStart).name, to_rfc3339(manifest.window.start));
  write_param(writer, info_of(FlowField::WindowEnd).name, to_rfc3339(manifest.window.end));
  write_param(writer, "flows", fmt::to_string(manifest.flow_count));
  write_param(writer, "lines_sha256", to_hex(manifest.lines_digest));
  if (manifest.left_out_count != 0)
    write_param(writer, "left_out", fmt::to_string(manifest.left_out_count));
  writer.put(attempt_mark_);
  writer.put("] ");
  writer.put(message);
}

}  // namespace

std::unique_ptr<LineLayout> make_rfc5424_layout(const LineOptions& options) {
  return std::make_unique<Rfc5424Layout>(options);
}

}  // namespace vrni2syslog
