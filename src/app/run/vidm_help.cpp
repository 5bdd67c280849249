#include "app/run/vidm_help.h"

#include <fmt/format.h>

namespace vrni2syslog {

std::string vidm_help(const VidmClient& client) {
  return fmt::format(
      "vIDM appliance: {0}\n"
      "client id:      {1}\n\n"
      "Next, get an access token for this client id: POST the form fields\n"
      "grant_type=password, client_id, username and password to\n"
      "https://{0}/SAAS/auth/oauthtoken\n"
      "Put the access_token of its answer on the first line of a file that only you\n"
      "can read, and log in with --vidm-token-file FILE.\n",
      client.appliance, client.client_id);
}

}  // namespace vrni2syslog
