#pragma once

#include "flow/flow.h"
#include "format/record/clean_text.h"
#include "format/record/event_time.h"
#include "format/record/firewall_action.h"
#include "format/record/line_options.h"
#include "format/record/param_name.h"

#include <array>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace vrni2syslog {

/// One field that a line shows: it has a value, though perhaps one of which nothing is left once it
/// is cleaned.
struct RecordField {
  std::optional<FlowField>
      field;                   ///< none for a field of the platform that this program does not know
  std::string_view name;       ///< in the structured data
  FieldValue value;            ///< not cleaned
  bool is_essential = false;   ///< FlowFieldInfo::is_essential
  bool is_fixed_size = false;  ///< written by this program, and of a known size: never cut
  TextRole role = TextRole::Single;
};

/// What a line says of a flow, whatever the format. Views into the flow and the builder.
struct FlowRecord {
  WallTime time;               ///< event_time()
  std::string_view timestamp;  ///< the same as text, "2026-11-22T13:00:00.000Z"
  FirewallAction verdict = FirewallAction::Unknown;
  std::span<const RecordField> fields;  ///< in the order in which the line shows them
  std::string_view message;             ///< MSG: clean, never empty, no trailing blank
  bool is_partial = false;              ///< Flow::is_partial
  bool is_truncated = false;            ///< something of the flow is missing for lack of room
};

/// Makes records: selects and orders fields, writes times and MSG. Keeps its memory from one flow
/// to the next.
class FlowRecordBuilder {
 public:
  /// Throws Error(Usage) where LineOptions::fields names a field twice.
  explicit FlowRecordBuilder(const LineOptions& options);

  /// Valid until the next call, and as long as the flow.
  [[nodiscard]] const FlowRecord& build(const Flow& flow, const TimeWindow& unit);

 private:
  /// The Record fields are numbered from FlowField::FlowId.
  static constexpr std::size_t kFixedFieldCount =
      kFlowFieldCount - static_cast<std::size_t>(FlowField::FlowId);

  void set_fixed_field(FlowField field, std::string_view text) noexcept;
  void set_times(const Flow& flow, const TimeWindow& unit);
  void add_known_fields(const Flow& flow);
  void add_unknown_fields(const Flow& flow);
  [[nodiscard]] bool has_field_named(std::string_view name) const noexcept;

  std::vector<RecordField> selection_;  ///< without values
  bool has_unknown_fields_ = false;
  std::string run_id_;
  UnknownFieldNames unknown_names_;

  TimeText event_text_, snapshot_text_, start_text_, end_text_;
  std::array<std::string_view, kFixedFieldCount> fixed_texts_;
  std::vector<RecordField> fields_;
  std::string message_;
  TextCleaner cleaner_;
  FlowRecord record_;
};

}  // namespace vrni2syslog
