#include "format/record/message_text.h"

#include "base/text/ascii.h"
#include "format/record/line_record.h"

#include <fmt/core.h>

#include <algorithm>
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

[[nodiscard]] bool ends_with_word(std::string_view text, std::string_view word) noexcept {
  return text.size() >= word.size() &&
         std::ranges::equal(text.substr(text.size() - word.size()), word, {}, to_lower);
}

/// Whether a reader that looks for "name=value" could take the end of `text` for the name of one of
/// our fields. Such a reader need not look at what stands before the name, and some accept blanks
/// after it or do not tell upper from lower case.
[[nodiscard]] bool ends_with_field_name(std::string_view text) noexcept {
  text = text.substr(0, text.find_last_not_of(' ') + 1);
  const auto ends_with = [text](std::string_view name) { return ends_with_word(text, name); };
  return std::ranges::any_of(flow_fields(), ends_with, &FlowFieldInfo::name) ||
         std::ranges::any_of(kMarks, ends_with) || std::ranges::any_of(kManifestFields, ends_with);
}

/// Changes what names have brought into `out` from `start` on, so that no reader of "name=value"
/// finds a field there: a quotation mark becomes an apostrophe, and the equals sign after the name
/// of one of our fields a colon. Every other equals sign stays.
void make_unlike_fields(std::string& out, std::size_t start) noexcept {
  // Each character has a search of its own: nearly every name holds neither of them, and a search
  // for one of several would take a call for every byte.
  for (std::size_t i = out.find('"', start); i != std::string::npos; i = out.find('"', i + 1)) {
    out[i] = '\'';
  }
  for (std::size_t i = out.find('=', start); i != std::string::npos; i = out.find('=', i + 1)) {
    if (ends_with_field_name(std::string_view(out).substr(start, i - start))) out[i] = ':';
  }
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
  const std::size_t first_word = out.size();
  append_clean_or(out, flow.text(FlowField::Action), kNothing, scratch);
  out += ' ';
  append_clean_or(out, flow.text(FlowField::Protocol), kNothing, scratch);
  out += ' ';
  const std::size_t before = out.size();
  append_clean_or(out, flow.name, "", scratch);
  if (out.size() == before) append_made_up_name(out, flow, scratch);
  make_unlike_fields(out, first_word);
}

void append_manifest_message(std::string& out, const Manifest& manifest) {
  fmt::format_to(std::back_inserter(out), "vRNI-Manifest: {} {}flows from {} to {}",
                 manifest.flow_count, manifest.late_count == 0 ? "" : "late ",
                 to_rfc3339(manifest.window.start), to_rfc3339(manifest.window.end));
}

void append_manifest_evidence(std::string& out, const Manifest& manifest, std::string_view run_id,
                              std::string& scratch) {
  fmt::format_to(std::back_inserter(out), ", SHA-256 {}", to_hex(manifest.lines_digest));
  const std::string_view clean_id = clean_text(run_id, TextRole::Single, scratch);
  if (!clean_id.empty()) fmt::format_to(std::back_inserter(out), ", run {}", clean_id);
}

}  // namespace vrni2syslog
