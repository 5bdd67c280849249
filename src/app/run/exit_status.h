#pragma once

#include "base/fault.h"

namespace vrni2syslog {

/// How the program ends: the values of BSD's sysexits.h, which cron wrappers and systemd units can
/// tell apart, and those of the Monitoring Plugins' guidelines.
enum class ExitStatus : int {
  Ok = 0,              ///< done, and confirmed as far as was asked for
  MonitorWarning = 1,  ///< of --status --format nagios only, as its other two
  MonitorCritical = 2,
  MonitorUnknown = 3,
  Usage = 64,             ///< the command line is wrong
  Data = 65,              ///< the platform's answers could not be read
  Unavailable = 69,       ///< the platform or a collector is out of reach
  Software = 70,          ///< a bug in this program
  CannotCreate = 73,      ///< a state or output file cannot be created
  Io = 74,                ///< writing output or state failed
  TemporaryFailure = 75,  ///< not confirmed, broken off, or busy; another run may succeed
  NoPermission = 77,      ///< the platform refused the login
  Configuration = 78      ///< the configuration is wrong
};

/// The exit status for a fault that nobody has handled.
[[nodiscard]] ExitStatus exit_status_of(Fault fault) noexcept;

}  // namespace vrni2syslog
