#pragma once

#include <string>

namespace vrni2syslog {

class ApiClient;

/// Where an access token for the platform is asked for. The
/// texts have been made printable.
struct VidmClient {
  std::string appliance;  ///< host name of VMware Identity Manager
  std::string client_id;  ///< of the platform there
};

/// Asks the platform; needs no login. Throws Error(LoginRefused) where it knows no Identity
/// Manager, and what ApiClient::call() throws.
[[nodiscard]] VidmClient read_vidm_client(ApiClient& api);

}  // namespace vrni2syslog
