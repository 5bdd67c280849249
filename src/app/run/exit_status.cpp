#include "app/run/exit_status.h"

namespace vrni2syslog {

ExitStatus exit_status_of(Fault fault) noexcept {
  switch (fault) {
    case Fault::Usage:
      return ExitStatus::Usage;
    case Fault::Configuration:
      return ExitStatus::Configuration;
    case Fault::Data:
      return ExitStatus::Data;
    case Fault::Unreachable:
    case Fault::Refused:
      return ExitStatus::Unavailable;
    case Fault::LoginRefused:
      return ExitStatus::NoPermission;
    case Fault::Unconfirmed:
    case Fault::Interrupted:
    case Fault::Busy:
      return ExitStatus::TemporaryFailure;
    case Fault::CannotCreate:
      return ExitStatus::CannotCreate;
    case Fault::CannotWrite:
    case Fault::OutputClosed:
      return ExitStatus::Io;
    case Fault::Bug:
      break;
  }
  return ExitStatus::Software;
}

}  // namespace vrni2syslog
