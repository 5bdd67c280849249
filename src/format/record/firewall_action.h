#pragma once

#include "format/record/line_options.h"

#include <cstddef>
#include <cstdint>
#include <string_view>

namespace vrni2syslog {

/// What the firewall did with a flow, as far as MSGID and severity tell.
enum class FirewallAction : std::uint8_t {
  Unknown,  ///< no action, or one that neither lets through nor refuses (REDIRECT, those of later
            ///< versions)
  Allow,    ///< ALLOW, ACCEPT
  Deny,     ///< DENY, DROP, REJECT
};

inline constexpr std::size_t kFirewallVerdictCount = 3;

/// By the platform's word, in any case; blanks and control characters around it do not count.
[[nodiscard]] FirewallAction firewall_action(std::string_view action) noexcept;

/// MSGID: FLOW_ALLOW, FLOW_DENY or FLOW.
[[nodiscard]] std::string_view message_id(FirewallAction verdict) noexcept;

/// As the options say for allow and deny; informational where no verdict is known.
[[nodiscard]] Severity flow_severity(FirewallAction verdict, const LineOptions& options) noexcept;

}  // namespace vrni2syslog
