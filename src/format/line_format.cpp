#include "format/line_format.h"

#include "base/error.h"
#include "format/cef/cef_layout.h"
#include "format/cfapi/cfapi_layout.h"
#include "format/json/json_layout.h"
#include "format/leef/leef_layout.h"
#include "format/logger/message_layout.h"
#include "format/rfc3164/rfc3164_layout.h"
#include "format/rfc5424/rfc5424_layout.h"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <limits>
#include <optional>
#include <utility>

namespace vrni2syslog {
namespace {

struct FormatRow {
  std::string_view name;
  std::unique_ptr<LineLayout> (*make_layout)(const LineOptions&);
  /// The format is a scheme's own (Scheme::own_format): users choose the scheme.
  bool is_of_one_scheme = false;
};

/// A format is one row here, and one file pair (src/format/README.md).
constexpr FormatRow kFormats[] = {
    {.name = "rfc5424", .make_layout = make_rfc5424_layout},
    {.name = "rfc3164", .make_layout = make_rfc3164_layout},
    {.name = "cef", .make_layout = make_cef_layout},
    {.name = "leef", .make_layout = make_leef_layout},
    {.name = "json", .make_layout = make_json_layout},
    {.name = "json-syslog", .make_layout = make_json_syslog_layout},
    {.name = "message", .make_layout = make_message_layout},
    {.name = "logger", .make_layout = make_logger_layout},
    {.name = "cfapi", .make_layout = make_cfapi_layout, .is_of_one_scheme = true},
    {.name = "cfapi-v2", .make_layout = make_cfapi_v2_layout, .is_of_one_scheme = true},
};

constexpr std::string_view kLongIpv6Address = "2001:0db8:0000:0000:0000:0000:0000:0001";
/// A line is made shorter once more if a value that was cut has taken a longer key than before. A
/// few fields can.
constexpr int kMaxShortenings = 16;

// Lengths of the texts of a ManifestLink.
constexpr std::size_t kDigestDigits = 64;
constexpr std::size_t kLongestGenesis = 16;
constexpr std::size_t kKeyIdDigits = 16;
constexpr std::size_t kPublicKeyCharacters = 59;
constexpr std::size_t kSignatureCharacters = 86;
constexpr std::uint32_t kLongestAttempt = std::numeric_limits<std::uint32_t>::max();

/// A line that was made short enough must fit. If it ever does not, memory beyond the room must not
/// become a line.
void append_line(std::string& out, const LineWriter& line) {
  if (!line.fits()) throw Error(Fault::Bug, "a shortened line is longer than it may be");
  out += line.text();
}

/// A link whose texts are as long as any.
[[nodiscard]] std::optional<ManifestLink> longest_link(ManifestProof proof) {
  if (proof == ManifestProof::Unchained) return std::nullopt;
  ManifestLink link;
  link.previous.assign(kDigestDigits, 'f');
  link.genesis.assign(kLongestGenesis, 'x');
  if (proof == ManifestProof::Chained) return link;
  link.key.assign(kKeyIdDigits, 'f');
  link.old_key = link.key;
  link.spki.assign(kPublicKeyCharacters, 'x');
  link.key_signature.assign(kSignatureCharacters, 'x');
  link.signature = link.key_signature;
  return link;
}

[[nodiscard]] Error unknown_format(std::string_view name) {
  return Error(Fault::Usage, fmt::format("'{}' is not a format; write one of: {}", printable(name),
                                         fmt::join(line_format_names(), " ")));
}

}  // namespace

LineFormat::LineFormat(std::string_view name, const LineOptions& options,
                       std::unique_ptr<LineLayout> layout)
    : layout_(std::move(layout)), builder_(options, name), room_(options.max_line_bytes) {
  begin_epoch(kLongestAttempt);
  const std::size_t smallest = std::max(smallest_flow_line(), smallest_manifest_line(options));
  begin_epoch(1);
  if (options.max_line_bytes < smallest) {
    throw Error(Fault::Usage, fmt::format("a line of {} bytes is too short for the essential "
                                          "fields in the format {}; allow at least {}",
                                          options.max_line_bytes, name, smallest));
  }
}

LineResult LineFormat::append_flow(std::string& out, const Flow& flow, const TimeWindow& unit) {
  const LineRecord& record = builder_.build(flow, unit);
  LineWriter line = new_line();
  layout_->write(line, record);
  if (line.fits() && has_room_for_message(record.message)) {
    out += line.text();
    return record.is_truncated ? LineResult::Truncated : LineResult::Whole;
  }
  append_shortened(out, record);
  return LineResult::Truncated;
}

void LineFormat::append_shortened(std::string& out, const LineRecord& record) {
  std::size_t max_bytes = room_.size();
  LineWriter line = new_line();
  layout_->write(line, shortener_.shorten(record, *layout_, max_bytes));
  for (int repetition = 0; repetition < kMaxShortenings && !line.fits(); ++repetition) {
    max_bytes -= std::min(max_bytes, line.size() - room_.size());
    line = new_line();
    layout_->write(line, shortener_.shorten(record, *layout_, max_bytes));
  }
  append_line(out, line);
}

bool LineFormat::has_room_for_message(std::string_view message) const noexcept {
  const std::size_t max_bytes = layout_->max_message_bytes();
  if (max_bytes == std::numeric_limits<std::size_t>::max()) return true;
  LineWriter counter;
  layout_->write_message(counter, message);
  return counter.size() <= max_bytes;
}

void LineFormat::append_manifest(std::string& out, const Manifest& manifest) {
  LineWriter line = new_line();
  const LineRecord& record = builder_.build(
      manifest, layout_->has_fields() ? ManifestMessage::WithEvidence : ManifestMessage::Whole);
  layout_->write(line, record);
  if (!line.fits() || !has_room_for_message(record.message)) {
    // Fields carry the digest and the run: the constructor has refused a size that is too small for
    // a format without fields.
    line = new_line();
    layout_->write(line, builder_.build(manifest, ManifestMessage::Short));
  }
  append_line(out, line);
}

/// Shorter than a manifest, for which there is room.
void LineFormat::append_test(std::string& out, WallTime time) {
  LineWriter line = new_line();
  layout_->write(line, builder_.build_test(time));
  append_line(out, line);
}

std::size_t LineFormat::smallest_flow_line() {
  Flow flow;
  flow.id = "10000:515:18446744073709551615";
  flow.version_time = UnixSeconds(std::chrono::seconds(1));
  flow.set_text(FlowField::Action, "ALLOW");
  flow.set_text(FlowField::Protocol, "TCP");
  flow.set_text(FlowField::SourceIp, kLongIpv6Address);
  flow.set_text(FlowField::DestinationIp, kLongIpv6Address);
  flow.set_text(FlowField::DestinationPort, "65535");
  LineRecord record = builder_.build(flow, TimeWindow{});
  record.message = record.message.substr(0, kMinMessageBytes);
  return shortener_.size_of(record, *layout_);
}

std::size_t LineFormat::smallest_manifest_line(const LineOptions& options) {
  Manifest manifest;
  manifest.link = longest_link(options.manifest_proof);
  if (options.has_offsets) manifest.offsets_digest = Sha256Digest{};
  manifest.flow_count = std::numeric_limits<std::uint64_t>::max();
  manifest.left_out_count = std::numeric_limits<std::uint64_t>::max();
  // A late epoch has a part of a unit, of which no more flows are read than memory can hold.
  manifest.late_count = std::numeric_limits<std::uint32_t>::max();
  LineWriter counter;
  layout_->write(counter, builder_.build(manifest, layout_->has_fields() ? ManifestMessage::Short
                                                                         : ManifestMessage::Whole));
  return counter.size();
}

std::vector<std::string_view> line_format_names() {
  std::vector<std::string_view> names;
  for (const FormatRow& row : kFormats) {
    if (!row.is_of_one_scheme) names.push_back(row.name);
  }
  return names;
}

std::string parse_format_name(std::string_view text) {
  const std::vector<std::string_view> names = line_format_names();
  if (std::ranges::find(names, text) == names.end()) throw unknown_format(text);
  return std::string(text);
}

bool shows_fields(std::string_view format, const LineOptions& options) {
  const auto* const row = std::ranges::find(kFormats, format, &FormatRow::name);
  return row != std::ranges::end(kFormats) && row->make_layout(options)->has_fields();
}

std::unique_ptr<LineFormat> make_line_format(std::string_view name, const LineOptions& options) {
  for (const FormatRow& row : kFormats) {
    if (row.name == name)
      return std::make_unique<LineFormat>(row.name, options, row.make_layout(options));
  }
  throw unknown_format(name);
}

}  // namespace vrni2syslog
