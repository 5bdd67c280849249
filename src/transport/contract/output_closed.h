#pragma once

#include "base/error.h"

#include <string>

namespace vrni2syslog {

/// Nobody reads standard output any more, as after `| head -1`: no failure, but an end.
class OutputClosed : public Error {
 public:
  OutputClosed() : Error(Fault::CannotWrite, "standard output was closed by its reader") {}
};

}  // namespace vrni2syslog
