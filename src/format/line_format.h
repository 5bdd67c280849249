#pragma once

#include "flow/flow.h"
#include "format/record/line_options.h"
#include "format/record/manifest.h"

#include <cstdint>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

namespace vrni2syslog {

enum class LineResult { Whole, Truncated };

/// A way of writing a flow as one line. Appends to a buffer, allocates nothing per flow once warm;
/// not for several threads at once.
class LineFormat {
 public:
  LineFormat() = default;
  LineFormat(const LineFormat&) = delete;
  LineFormat& operator=(const LineFormat&) = delete;
  virtual ~LineFormat() = default;

  /// The lines from here on are of the `attempt`-th sending of a unit in this run, counted from 1:
  /// from the second on they say so, so that what is left of a sending that was broken off is not
  /// taken for a part of another.
  virtual void begin_epoch(std::uint32_t attempt) = 0;
  /// Appends one line, without a line break and with none in it, valid UTF-8, at most
  /// LineOptions::max_line_bytes long.
  virtual LineResult append_flow(std::string& out, const Flow& flow, const TimeWindow& unit) = 0;
  virtual void append_manifest(std::string& out, const Manifest& manifest) = 0;
};

/// Names for --format, in the order of the help text.
[[nodiscard]] std::vector<std::string_view> line_format_names();

/// Whether the lines of a format, which there must be, show fields; else MSG is all that they say.
[[nodiscard]] bool shows_fields(std::string_view format, const LineOptions& options);

/// The format of that name (`rfc5424`, `logger`, `message`). Throws Error(Usage) for an unknown
/// one, and for options that no line can be written with (SD-ID that RFC 5424 does not allow, a
/// size too small for the essential fields).
[[nodiscard]] std::unique_ptr<LineFormat> make_line_format(std::string_view name,
                                                           const LineOptions& options);

}  // namespace vrni2syslog
