#pragma once

#include <string>

namespace vrni2syslog {

class ApiClient;

/// Where users ask for an access token for the platform. The texts are printable.
struct VidmClient {
  std::string appliance;  ///< host name of VMware Identity Manager
  std::string client_id;  ///< the platform's id there
};

/// Asks the platform; needs no login. Throws Error(LoginRefused) if the platform knows no Identity
/// Manager, and what ApiClient::call() throws.
[[nodiscard]] VidmClient read_vidm_client(ApiClient& api);

}  // namespace vrni2syslog
