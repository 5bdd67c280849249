#pragma once

#include <cstdint>
#include <string_view>

namespace vrni2syslog {

/// RFC 5424 section 6.2.1, table 1.
enum class Facility : std::uint8_t {
  Kern,
  User,
  Mail,
  Daemon,
  Auth,
  Syslog,
  Lpr,
  News,
  Uucp,
  Cron,
  Authpriv,
  Ftp,
  Ntp,
  Audit,
  Alert,
  Clock,
  Local0,
  Local1,
  Local2,
  Local3,
  Local4,
  Local5,
  Local6,
  Local7
};

/// RFC 5424 section 6.2.1, table 2.
enum class Severity : std::uint8_t {
  Emergency,
  Alert,
  Critical,
  Error,
  Warning,
  Notice,
  Informational,
  Debug
};

/// PRIVAL (RFC 5424 section 6.2.1): 8 x facility + severity.
[[nodiscard]] constexpr int priority_value(Facility facility, Severity severity) noexcept {
  return 8 * static_cast<int>(facility) + static_cast<int>(severity);
}

/// Reads a keyword of logger(1): "local4", "authpriv". Throws Error(Usage) that names the keywords.
[[nodiscard]] Facility parse_facility(std::string_view keyword);
/// Reads a keyword of logger(1): "info", "warning", "err". Throws Error(Usage) that names the
/// keywords.
[[nodiscard]] Severity parse_severity(std::string_view keyword);

}  // namespace vrni2syslog
