#pragma once

#include <string>

namespace vrni2syslog {

class ApiClient;

/// How users get an access token of VMware Identity Manager for the platform: the appliance, the
/// platform's client id there, and what to do with them. Asks the platform, without a login. Throws
/// Error(LoginRefused) if the platform knows no Identity Manager, and what ApiClient::call()
/// throws.
[[nodiscard]] std::string vidm_help(ApiClient& api);

}  // namespace vrni2syslog
