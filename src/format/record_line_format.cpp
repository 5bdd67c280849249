#include "format/record_line_format.h"

#include "base/error.h"
#include "format/record/message_text.h"
#include "format/record/size_policy.h"

#include <fmt/format.h>

#include <algorithm>
#include <limits>
#include <span>
#include <utility>

namespace vrni2syslog {
namespace {

constexpr std::string_view kLongIpv6Address = "2001:0db8:0000:0000:0000:0000:0000:0001";
constexpr std::uint32_t kLongestAttempt = std::numeric_limits<std::uint32_t>::max();

/// What was shortened must fit; memory beyond the room must not become a line if ever it does not.
void append_line(std::string& out, const LineWriter& line) {
  if (!line.fits()) throw Error(Fault::Bug, "a shortened line is longer than it may be");
  out += line.text();
}

}  // namespace

RecordLineFormat::RecordLineFormat(std::string_view name, const LineOptions& options,
                                   std::unique_ptr<LineLayout> layout)
    : layout_(std::move(layout)),
      builder_(options),
      run_id_(options.origin.run_id),
      room_(options.max_line_bytes) {
  layout_->begin_epoch(kLongestAttempt);
  const std::size_t smallest = std::max(smallest_flow_line(), smallest_manifest_line());
  layout_->begin_epoch(1);
  if (options.max_line_bytes < smallest) {
    throw Error(Fault::Usage, fmt::format("a line of {} bytes is too short for the essential "
                                          "fields in the format {}; allow at least {}",
                                          options.max_line_bytes, name, smallest));
  }
}

LineResult RecordLineFormat::append_flow(std::string& out, const Flow& flow,
                                         const TimeWindow& unit) {
  const FlowRecord& record = builder_.build(flow, unit);
  LineWriter line = new_line();
  layout_->write_flow(line, record);
  if (line.fits()) {
    out += line.text();
    return record.is_truncated ? LineResult::Truncated : LineResult::Whole;
  }
  line = new_line();
  layout_->write_flow(line, shortener_.shorten(record, *layout_, room_.size()));
  append_line(out, line);
  return LineResult::Truncated;
}

void RecordLineFormat::append_manifest(std::string& out, const Manifest& manifest) {
  build_manifest_message(manifest, true);
  LineWriter line = new_line();
  layout_->write_manifest(line, manifest, manifest_message_);
  if (!line.fits()) {
    // Only where fields carry the digest and the run: the constructor has made sure of that.
    build_manifest_message(manifest, false);
    line = new_line();
    layout_->write_manifest(line, manifest, manifest_message_);
  }
  append_line(out, line);
}

std::size_t RecordLineFormat::smallest_flow_line() {
  FlowBatch batch{TimeWindow{}};
  Flow flow;
  flow.id = "10000:515:18446744073709551615";
  flow.version_time = UnixSeconds(std::chrono::seconds(1));
  flow.set(FlowField::Action, batch.single("ALLOW"));
  flow.set(FlowField::Protocol, batch.single("TCP"));
  flow.set(FlowField::SourceIp, batch.single(kLongIpv6Address));
  flow.set(FlowField::DestinationIp, batch.single(kLongIpv6Address));
  flow.set(FlowField::DestinationPort, batch.single("65535"));
  FlowRecord record = builder_.build(flow, batch.unit);
  record.is_truncated = true;
  record.message = record.message.substr(0, kMinMessageBytes);
  LineWriter counter;
  layout_->write_flow(counter, record);
  return counter.size();
}

std::size_t RecordLineFormat::smallest_manifest_line() {
  Manifest manifest;
  manifest.flow_count = std::numeric_limits<std::uint64_t>::max();
  manifest.left_out_count = std::numeric_limits<std::uint64_t>::max();
  build_manifest_message(manifest, !layout_->has_fields());
  LineWriter counter;
  layout_->write_manifest(counter, manifest, manifest_message_);
  return counter.size();
}

void RecordLineFormat::build_manifest_message(const Manifest& manifest, bool with_evidence) {
  manifest_message_.clear();
  append_manifest_message(manifest_message_, manifest);
  if (with_evidence) append_manifest_evidence(manifest_message_, manifest, run_id_, cleaner_);
}

}  // namespace vrni2syslog
