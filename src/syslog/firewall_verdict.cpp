#include "syslog/firewall_verdict.h"

#include <algorithm>

namespace vrni2syslog {
namespace {

struct ActionWord {
  std::string_view word;
  FirewallVerdict verdict;
};

constexpr ActionWord kActionWords[] = {
    {"ALLOW", FirewallVerdict::Allow}, {"ACCEPT", FirewallVerdict::Allow},
    {"DENY", FirewallVerdict::Deny},   {"DROP", FirewallVerdict::Deny},
    {"REJECT", FirewallVerdict::Deny},
};

[[nodiscard]] constexpr char to_upper(char c) noexcept {
  return c >= 'a' && c <= 'z' ? static_cast<char>(c - 'a' + 'A') : c;
}

[[nodiscard]] constexpr bool is_blank(char c) noexcept {
  return static_cast<unsigned char>(c) <= 0x20 || c == 0x7F;
}

}  // namespace

FirewallVerdict firewall_verdict(std::string_view action) noexcept {
  // As the platform writes it, nearly always.
  for (const ActionWord& row : kActionWords) {
    if (action == row.word) return row.verdict;
  }
  while (!action.empty() && is_blank(action.front())) action.remove_prefix(1);
  while (!action.empty() && is_blank(action.back())) action.remove_suffix(1);
  for (const ActionWord& row : kActionWords) {
    if (std::ranges::equal(action, row.word, {}, to_upper)) return row.verdict;
  }
  return FirewallVerdict::Unknown;
}

std::string_view message_id(FirewallVerdict verdict) noexcept {
  switch (verdict) {
    case FirewallVerdict::Allow:
      return "FLOW_ALLOW";
    case FirewallVerdict::Deny:
      return "FLOW_DENY";
    case FirewallVerdict::Unknown:
      break;
  }
  return "FLOW";
}

Severity flow_severity(FirewallVerdict verdict, const LineOptions& options) noexcept {
  switch (verdict) {
    case FirewallVerdict::Allow:
      return options.severity_allow;
    case FirewallVerdict::Deny:
      return options.severity_deny;
    case FirewallVerdict::Unknown:
      break;
  }
  return Severity::Informational;
}

}  // namespace vrni2syslog
