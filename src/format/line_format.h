#pragma once

#include "flow/flow.h"
#include "format/record/line_layout.h"
#include "format/record/line_options.h"
#include "format/record/manifest.h"
#include "format/record/record_builder.h"
#include "format/record/record_shortener.h"

#include <cstdint>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

namespace vrni2syslog {

enum class LineResult { Whole, Truncated };

/// Writes flows and manifests as lines of one format. Appends to a buffer and allocates nothing per
/// flow once its memory has grown. For one thread at a time.
class LineFormat {
 public:
  /// Throws Error(Usage) if max_line_bytes has no room for a manifest, or for the essential fields
  /// of an ordinary flow between two IPv6 addresses. `name` is the format's, for the message.
  LineFormat(std::string_view name, const LineOptions& options, std::unique_ptr<LineLayout> layout);

  /// The lines that follow belong to the `attempt`-th sending of a unit in this run, counted from
  /// 1. From the second on they are marked with it, so that a receiver can tell the lines of an
  /// attempt that was broken off from those of a later one.
  void begin_epoch(std::uint32_t attempt) { builder_.begin_epoch(attempt); }
  /// The same for a late epoch. Its lines are marked, because an epoch that is broken off has no
  /// manifest that would say it was late.
  void begin_late_epoch(std::uint32_t attempt) { builder_.begin_late_epoch(attempt); }
  /// Appends one line: valid UTF-8 of at most LineOptions::max_line_bytes, without a line break.
  LineResult append_flow(std::string& out, const Flow& flow, const TimeWindow& unit);
  /// Appends one line like append_flow().
  void append_manifest(std::string& out, const Manifest& manifest);
  /// The text that ManifestLink::signature covers, and of which the next manifest of a chain names
  /// the SHA-256: "vrni2syslog manifest 1", then "name=value" for everything that the line of this
  /// manifest says, without the signature, in an order of its own, each followed by LF.
  /// packaging/doc/evidence.md lists it.
  [[nodiscard]] std::string signed_text(const Manifest& manifest) const {
    return builder_.signed_text(manifest);
  }
  /// Appends a line that says that it is a test, and nothing of a flow (--send-test).
  void append_test(std::string& out, WallTime time);

 private:
  void append_shortened(std::string& out, const LineRecord& record);
  [[nodiscard]] bool has_room_for_message(std::string_view message) const noexcept;
  [[nodiscard]] std::size_t smallest_flow_line();
  [[nodiscard]] std::size_t smallest_manifest_line(const LineOptions& options);
  [[nodiscard]] LineWriter new_line() noexcept { return LineWriter(room_); }

  std::unique_ptr<LineLayout> layout_;
  RecordBuilder builder_;
  RecordShortener shortener_;
  std::vector<char> room_;  ///< for one line of the largest size
};

/// The names of the formats that users may choose, for --format, in the order of the help text. A
/// format that belongs to one scheme of collectors is not among them.
[[nodiscard]] std::vector<std::string_view> line_format_names();

/// Reads the name of a format that users may choose (--format, ?format=). Throws Error(Usage).
[[nodiscard]] std::string parse_format_name(std::string_view text);

/// Whether the lines of a format show fields. False if MSG is all that they say, and if there is no
/// format of that name.
[[nodiscard]] bool shows_fields(std::string_view format, const LineOptions& options);

/// The format of that name, whoever may choose it. Throws Error(Usage) for an unknown name, and for
/// options that no line can be written with: an SD-ID that RFC 5424 does not allow, a field that is
/// named twice, a size too small for the essential fields.
[[nodiscard]] std::unique_ptr<LineFormat> make_line_format(std::string_view name,
                                                           const LineOptions& options);

}  // namespace vrni2syslog
