#pragma once

#include "format/record/line_options.h"

#include <cstddef>
#include <cstdint>
#include <string_view>

namespace vrni2syslog {

/// The kind of a line. Its MSGID and its severity follow from it.
enum class LineKind : std::uint8_t {
  Flow,       ///< a flow without an action, or with one that neither lets through nor refuses
              ///< (REDIRECT, and those of later versions)
  FlowAllow,  ///< a flow that the firewall let through: ALLOW, ACCEPT
  FlowDeny,   ///< a flow that the firewall refused: DENY, DROP, REJECT
  Manifest,   ///< the end of an epoch
  Test,       ///< no flow: shows that lines arrive (--send-test)
};

inline constexpr std::size_t kLineKindCount = 5;

/// The kind of a flow's line, by the platform's word for the firewall's action. Upper and lower
/// case are the same; blanks and control characters around the word are ignored.
[[nodiscard]] LineKind kind_of_flow(std::string_view action) noexcept;

/// MSGID (RFC 5424 section 6.2.7): FLOW_ALLOW, FLOW_DENY, FLOW, MANIFEST or TEST.
[[nodiscard]] std::string_view message_id(LineKind kind) noexcept;

/// The severity that the options set for allowed and denied flows; Informational for other lines.
[[nodiscard]] Severity severity_of(LineKind kind, const LineOptions& options) noexcept;

}  // namespace vrni2syslog
