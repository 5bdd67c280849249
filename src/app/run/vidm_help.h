#pragma once

#include "vrni/vidm_client.h"

#include <string>

namespace vrni2syslog {

/// The text of --get-vidm-client-id: the platform's client id at VMware Identity Manager, and what
/// to do with it.
[[nodiscard]] std::string vidm_help(const VidmClient& client);

}  // namespace vrni2syslog
