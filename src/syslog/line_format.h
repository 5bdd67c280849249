#pragma once

#include "base/clock.h"
#include "base/sha256.h"
#include "flow/flow.h"
#include "syslog/priority.h"

#include <cstdint>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

namespace vrni2syslog {

/// Which run of which program writes; the same for every line of a run.
struct LineOrigin {
  std::string hostname;  ///< HOSTNAME: the platform's name; made fit for the header by the format
  std::string app_name = "vrni2syslog";
  std::string process_id;
  std::string run_id;
};

/// How PARAM-VALUEs are written (`--sd-escape`).
enum class SdEscape {
  Rfc5424,  ///< backslash before " \ ] (RFC 5424 section 6.3.3)
  Safe,     ///< ' / ) in their place, for receivers that cannot unescape
};

struct LineOptions {
  LineOrigin origin;
  Facility facility = Facility::Local4;
  Severity severity_allow = Severity::Informational;
  Severity severity_deny = Severity::Warning;
  std::string sd_id = "vrniflow@32473";
  std::vector<FlowField>
      fields;  ///< selected, in this order; empty means all, in the table's order
  SdEscape escape = SdEscape::Rfc5424;
  std::size_t max_line_bytes = 8000;
};

/// What the manifest line says of an epoch: enough for the collector's side to prove that nothing
/// is missing.
struct Manifest {
  TimeWindow window;
  std::uint64_t flow_count = 0;
  std::uint64_t repeat_count = 0;  ///< flows left out because they were sent before
  Sha256Digest
      lines_digest{};  ///< SHA-256 over the flows' lines, each followed by LF, in the order sent
  WallTime time{};
};

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
