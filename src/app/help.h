#pragma once

#include "vrni/vidm_client.h"

#include <string>

namespace vrni2syslog {

/// The text of --help: at most 80 columns, options in groups.
[[nodiscard]] std::string help_text();

/// The text of --version: this program's version and what it was built with.
[[nodiscard]] std::string version_text();

/// The text of --get-vidm-client-id: the platform's client id at VMware Identity Manager, and what
/// to do with it.
[[nodiscard]] std::string vidm_help(const VidmClient& client);

}  // namespace vrni2syslog
