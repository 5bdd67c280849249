#include "transport/contract/receipt.h"

#include <fmt/format.h>

namespace vrni2syslog {

Error unconfirmed(std::string_view collector, std::string_view reason) {
  return Error(
      Fault::Unconfirmed,
      fmt::format("collector {}: delivery is not confirmed: {}; none of these lines counts "
                  "as delivered, so run it again",
                  collector, reason));
}

}  // namespace vrni2syslog
