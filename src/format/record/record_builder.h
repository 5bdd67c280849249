#pragma once

#include "flow/flow.h"
#include "format/record/line_options.h"
#include "format/record/line_record.h"
#include "format/record/manifest.h"
#include "format/record/param_name.h"

#include <array>
#include <cstdint>
#include <deque>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace vrni2syslog {

/// When a flow is reported to have been active: the time of its version, moved into the unit
/// [start, end) that it is reported for. A time at or after the end becomes the last millisecond
/// before it; an empty unit gives its start.
[[nodiscard]] WallTime event_time(UnixSeconds version_time, const TimeWindow& unit) noexcept;

/// What ties a manifest to the one before it, as a line shows it: names and texts, in their order,
/// without those that are empty.
[[nodiscard]] std::vector<std::pair<std::string_view, std::string>> fields_of(
    const ManifestLink& link);

/// How much of what its fields say the message of a manifest repeats.
enum class ManifestMessage {
  Short,
  WithEvidence,  ///< digest and run
  Whole,         ///< everything, as "name=value", since there are no fields
};

/// Makes the records of flows, manifests and test lines: selects and orders the fields, and writes
/// times, marks and MSG. Keeps its memory from one flow to the next.
class RecordBuilder {
 public:
  /// `format` is the name that manifests give. Throws Error(Usage) if LineOptions::fields names a
  /// field twice.
  explicit RecordBuilder(const LineOptions& options, std::string_view format = {});

  /// LineFormat::begin_epoch().
  void begin_epoch(std::uint32_t attempt);
  /// LineFormat::begin_late_epoch().
  void begin_late_epoch(std::uint32_t attempt);

  /// The record of a flow. Valid until the next call, and as long as the flow.
  [[nodiscard]] const LineRecord& build(const Flow& flow, const TimeWindow& unit);
  /// The record of a manifest. Valid until the next call.
  [[nodiscard]] const LineRecord& build(const Manifest& manifest, ManifestMessage message);
  /// LineFormat::signed_text().
  [[nodiscard]] std::string signed_text(const Manifest& manifest) const;
  /// The record of a test line. Valid until the next call.
  [[nodiscard]] const LineRecord& build_test(WallTime time);

 private:
  /// The Record fields are numbered from FlowField::FlowId.
  static constexpr std::size_t kFixedFieldCount =
      kFlowFieldCount - static_cast<std::size_t>(FlowField::FlowId);

  void set_fixed_field(FlowField field, std::string_view text) noexcept;
  void set_times(const Flow& flow, const TimeWindow& unit);
  void set_time(WallTime time);
  void add_known_fields(const Flow& flow);
  void add_all_fields_of(const Flow& flow);
  void add_selected_field(const Flow& flow, const RecordField& selected);
  void add_unknown_fields(const Flow& flow);
  void add_manifest_fields(const Manifest& manifest);
  void add_link_fields(const ManifestLink& link);
  void add_manifest_field(RecordField field, std::string text);
  void append_manifest_fields(std::string& out) const;
  void add_marks(const Flow& flow);
  [[nodiscard]] bool has_field_named(std::string_view name) const noexcept;

  /// Without values. Has a place for every FlowField, in their order, if all are shown.
  std::vector<RecordField> selection_;
  bool shows_all_fields_ = false;  ///< and those that are not known
  LineOrigin origin_;
  std::string format_;
  UnknownFieldNames unknown_names_;
  std::string attempt_text_;
  std::string_view attempt_;  ///< empty for the first attempt, which is not marked
  bool is_late_ = false;      ///< the lines are those of a late epoch

  // Texts of times. Flows that come one after the other often share them.
  TimeWindow unit_{};
  UnixSeconds version_time_{};
  std::string start_text_, end_text_, snapshot_text_, event_text_;

  std::array<std::string_view, kFixedFieldCount> fixed_texts_;
  std::deque<std::string> manifest_texts_;
  std::deque<std::string_view> manifest_values_;
  std::vector<RecordField> fields_;
  std::string message_;
  std::string scratch_;
  LineRecord record_;
};

}  // namespace vrni2syslog
