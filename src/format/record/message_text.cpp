#include "format/record/message_text.h"

#include <fmt/core.h>

#include <iterator>

namespace vrni2syslog {
namespace {

constexpr std::string_view kNothing = "-";

/// Lengths of the parts of "2026-11-22T13:00:00.000Z".
constexpr std::size_t kDateLength = 10;
constexpr std::size_t kTimeOfDayLength = 8;

void append_clean_or(std::string& out, std::string_view text, std::string_view otherwise,
                     std::string& scratch) {
  const std::string_view clean = clean_text(text, TextRole::Single, scratch);
  out += clean.empty() ? otherwise : clean;
}

/// The VM of one end, or its address.
void append_end(std::string& out, std::string_view vm, std::string_view ip, std::string& scratch) {
  const std::size_t before = out.size();
  append_clean_or(out, vm, "", scratch);
  if (out.size() == before) append_clean_or(out, ip, kNothing, scratch);
}

/// A name for a flow that has none, in the platform's form: "web-01 -> db-01 [port:443]".
void append_made_up_name(std::string& out, const Flow& flow, std::string& scratch) {
  append_end(out, flow.text(FlowField::SourceVm), flow.text(FlowField::SourceIp), scratch);
  out += " -> ";
  append_end(out, flow.text(FlowField::DestinationVm), flow.text(FlowField::DestinationIp),
             scratch);
  const std::string_view port = flow.text(FlowField::DestinationPort);
  if (port.empty()) return;
  out += " [port:";
  append_clean_or(out, port, kNothing, scratch);
  const std::string_view port_end = flow.text(FlowField::DestinationPortEnd);
  if (!port_end.empty() && port_end != port) {
    out += '-';
    append_clean_or(out, port_end, kNothing, scratch);
  }
  out += ']';
}

}  // namespace

void append_flow_message(std::string& out, const Flow& flow, std::string_view timestamp,
                         std::string& scratch) {
  out += "vRNI-Flow: ";
  out += timestamp.substr(0, kDateLength);
  out += ' ';
  out += timestamp.substr(kDateLength + 1, kTimeOfDayLength);
  out += ' ';
  append_clean_or(out, flow.text(FlowField::Action), kNothing, scratch);
  out += ' ';
  append_clean_or(out, flow.text(FlowField::Protocol), kNothing, scratch);
  out += ' ';
  const std::size_t before = out.size();
  append_clean_or(out, flow.name, "", scratch);
  if (out.size() == before) append_made_up_name(out, flow, scratch);
}

void append_manifest_message(std::string& out, const Manifest& manifest) {
  fmt::format_to(std::back_inserter(out), "vRNI-Manifest: {} flows from {} to {}",
                 manifest.flow_count, to_rfc3339(manifest.window.start),
                 to_rfc3339(manifest.window.end));
}

void append_manifest_evidence(std::string& out, const Manifest& manifest, std::string_view run_id,
                              std::string& scratch) {
  fmt::format_to(std::back_inserter(out), ", SHA-256 {}", to_hex(manifest.lines_digest));
  const std::string_view clean_id = clean_text(run_id, TextRole::Single, scratch);
  if (!clean_id.empty()) fmt::format_to(std::back_inserter(out), ", run {}", clean_id);
}

}  // namespace vrni2syslog
