#pragma once

#include "base/clock.h"
#include "base/timestamp.h"
#include "flow/flow.h"
#include "flow/time_window.h"
#include "format/record/clean_text.h"
#include "format/record/line_kind.h"

#include <array>
#include <optional>
#include <span>
#include <string_view>

namespace vrni2syslog {

/// Names of the marks: fields that say something of the line itself. They come last in a record.
inline constexpr std::string_view kAttemptMark = "attempt";      ///< LineFormat::begin_epoch()
inline constexpr std::string_view kLateMark = "late";            ///< LineFormat::begin_late_epoch()
inline constexpr std::string_view kPartialMark = "partial";      ///< Flow::is_partial
inline constexpr std::string_view kTestMark = "test";            ///< LineKind::Test
inline constexpr std::string_view kTruncatedMark = "truncated";  ///< LineRecord::is_truncated
inline constexpr std::array kMarks{kAttemptMark, kLateMark, kPartialMark, kTestMark,
                                   kTruncatedMark};

/// Names of the fields that only a manifest has, beside FlowField::Run and those of the window.
inline constexpr std::string_view kFlowsField = "flows";             ///< Manifest::flow_count
inline constexpr std::string_view kDigestField = "lines_sha256";     ///< Manifest::lines_digest
inline constexpr std::string_view kOffsetsField = "offsets_sha256";  ///< Manifest::offsets_digest
inline constexpr std::string_view kLeftOutField = "left_out";        ///< Manifest::left_out_count
inline constexpr std::string_view kPlatformField = "platform";       ///< LineOrigin::hostname
inline constexpr std::string_view kJobField = "job";                 ///< LineOrigin::job
inline constexpr std::string_view kFormatField = "format";  ///< the name of the line format
// Those of ManifestLink, in its order.
inline constexpr std::string_view kPreviousField = "prev";
inline constexpr std::string_view kGenesisField = "genesis";
inline constexpr std::string_view kKeyField = "key";
inline constexpr std::string_view kOldKeyField = "old_key";
inline constexpr std::string_view kSpkiField = "spki";
inline constexpr std::string_view kKeySignatureField = "key_sig";
inline constexpr std::string_view kSignatureField = "sig";
inline constexpr std::array kManifestFields{
    kFlowsField,  kDigestField, kOffsetsField,      kLeftOutField,  kPlatformField,
    kJobField,    kFormatField, kPreviousField,     kGenesisField,  kKeyField,
    kOldKeyField, kSpkiField,   kKeySignatureField, kSignatureField};

/// One field that a line shows. It has a value, though perhaps nothing is left of it once it is
/// cleaned.
struct RecordField {
  /// nullopt for a field that only later versions of the platform have, for a mark, and for what
  /// only a manifest says.
  std::optional<FlowField> field;
  /// The project's name of the field, in lower snake_case: "src_ip". A format whose standard has
  /// other names finds them by `field`.
  std::string_view name;
  FieldValue value;            ///< not cleaned
  bool is_essential = false;   ///< may be cut, but is never left out
  bool is_fixed_size = false;  ///< written by this program, and of a known size: is never cut
  TextRole role = TextRole::Single;
};

/// The content of a line, the same for all formats. Holds views into the flow and into the
/// RecordBuilder.
struct LineRecord {
  LineKind kind = LineKind::Flow;
  TimeWindow unit{};                    ///< that the line is reported for
  UnixSeconds version_time{};           ///< of the flow; zero if it is not known, or no flow
  WallTime time{};                      ///< of the event; within the unit for a flow
  std::string_view timestamp;           ///< the same as text, "2026-11-22T13:00:00.000Z"
  std::span<const RecordField> fields;  ///< in the order in which the line shows them, marks last
  std::string_view message;             ///< MSG: clean, never empty, without a trailing blank
  bool is_truncated = false;            ///< something is left out or cut to keep within the size
};

inline constexpr std::string_view kMarkValue[] = {"1"};

/// The field that marks a line.
[[nodiscard]] constexpr RecordField mark(std::string_view name,
                                         FieldValue value = kMarkValue) noexcept {
  return {.field = std::nullopt,
          .name = name,
          .value = value,
          .is_essential = true,
          .is_fixed_size = true,
          .role = TextRole::Single};
}

}  // namespace vrni2syslog
