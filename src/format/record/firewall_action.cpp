#include "format/record/firewall_action.h"

#include <algorithm>

namespace vrni2syslog {
namespace {

struct ActionWord {
  std::string_view word;
  FirewallAction verdict;
};

constexpr ActionWord kActionWords[] = {
    {"ALLOW", FirewallAction::Allow}, {"ACCEPT", FirewallAction::Allow},
    {"DENY", FirewallAction::Deny},   {"DROP", FirewallAction::Deny},
    {"REJECT", FirewallAction::Deny},
};

[[nodiscard]] constexpr char to_upper(char c) noexcept {
  return c >= 'a' && c <= 'z' ? static_cast<char>(c - 'a' + 'A') : c;
}

[[nodiscard]] constexpr bool is_blank(char c) noexcept {
  return static_cast<unsigned char>(c) <= 0x20 || c == 0x7F;
}

}  // namespace

FirewallAction firewall_action(std::string_view action) noexcept {
  // As the platform writes it, nearly always.
  for (const ActionWord& row : kActionWords) {
    if (action == row.word) return row.verdict;
  }
  while (!action.empty() && is_blank(action.front())) action.remove_prefix(1);
  while (!action.empty() && is_blank(action.back())) action.remove_suffix(1);
  for (const ActionWord& row : kActionWords) {
    if (std::ranges::equal(action, row.word, {}, to_upper)) return row.verdict;
  }
  return FirewallAction::Unknown;
}

std::string_view message_id(FirewallAction verdict) noexcept {
  switch (verdict) {
    case FirewallAction::Allow:
      return "FLOW_ALLOW";
    case FirewallAction::Deny:
      return "FLOW_DENY";
    case FirewallAction::Unknown:
      break;
  }
  return "FLOW";
}

Severity flow_severity(FirewallAction verdict, const LineOptions& options) noexcept {
  switch (verdict) {
    case FirewallAction::Allow:
      return options.severity_allow;
    case FirewallAction::Deny:
      return options.severity_deny;
    case FirewallAction::Unknown:
      break;
  }
  return Severity::Informational;
}

}  // namespace vrni2syslog
