#include "format/record/line_kind.h"

#include "base/text/ascii.h"

#include <algorithm>

namespace vrni2syslog {
namespace {

struct ActionWord {
  std::string_view word;
  LineKind kind;
};

constexpr ActionWord kActionWords[] = {
    {"ALLOW", LineKind::FlowAllow}, {"ACCEPT", LineKind::FlowAllow}, {"DENY", LineKind::FlowDeny},
    {"DROP", LineKind::FlowDeny},   {"REJECT", LineKind::FlowDeny},
};

[[nodiscard]] constexpr bool is_blank_or_control(char c) noexcept {
  return static_cast<unsigned char>(c) <= 0x20 || c == 0x7F;
}

}  // namespace

LineKind kind_of_flow(std::string_view action) noexcept {
  // The platform nearly always writes the word exactly like this.
  for (const ActionWord& row : kActionWords) {
    if (action == row.word) return row.kind;
  }
  while (!action.empty() && is_blank_or_control(action.front())) action.remove_prefix(1);
  while (!action.empty() && is_blank_or_control(action.back())) action.remove_suffix(1);
  for (const ActionWord& row : kActionWords) {
    if (std::ranges::equal(action, row.word, {}, to_upper)) return row.kind;
  }
  return LineKind::Flow;
}

std::string_view message_id(LineKind kind) noexcept {
  switch (kind) {
    case LineKind::Flow:
      break;
    case LineKind::FlowAllow:
      return "FLOW_ALLOW";
    case LineKind::FlowDeny:
      return "FLOW_DENY";
    case LineKind::Manifest:
      return "MANIFEST";
    case LineKind::Test:
      return "TEST";
  }
  return "FLOW";
}

Severity severity_of(LineKind kind, const LineOptions& options) noexcept {
  if (kind == LineKind::FlowAllow) return options.severity_allow;
  if (kind == LineKind::FlowDeny) return options.severity_deny;
  return Severity::Informational;
}

}  // namespace vrni2syslog
