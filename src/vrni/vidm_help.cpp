#include "vrni/vidm_help.h"

#include "base/error.h"
#include "json/records.h"
#include "vrni/api/api_client.h"

#include <fmt/format.h>

namespace vrni2syslog {
namespace {

[[nodiscard]] std::string describe_next_step(std::string_view appliance,
                                             std::string_view client_id) {
  return fmt::format(
      "vIDM appliance: {0}\n"
      "client id:      {1}\n\n"
      "Next, get an access token for this client id: POST the form fields\n"
      "grant_type=password, client_id, username and password to\n"
      "https://{0}/SAAS/auth/oauthtoken\n"
      "Put the access_token of its answer on the first line of a file that only you\n"
      "can read, and log in with --vidm-token-file FILE.\n",
      appliance, client_id);
}

}  // namespace

std::string vidm_help(ApiClient& api) {
  const ApiCall call{.method = "GET",
                     .path = "/auth/vidm/client-id",
                     .body = {},
                     .is_optional = true,
                     .needs_token = false};
  std::string help;
  const CallOutcome outcome = api.try_call(call, [&](std::string& body) -> BodyOutcome {
    JsonRecords answer("");
    if (JsonOutcome read = read_records(body, answer); !read) return read;
    const std::string appliance = printable(answer.text("vidm_appliance"));
    const std::string client_id = printable(answer.text("client_id"));
    if (appliance.empty() || client_id.empty())
      return BodyOutcome::failure({.text = "the answer holds no vidm_appliance and client_id"});
    help = describe_next_step(appliance, client_id);
    return BodyOutcome::success();
  });
  if (outcome) return help;
  if (outcome.problem().kind != AnswerKind::Forbidden) throw outcome.problem().error;
  throw Error(Fault::LoginRefused,
              "the platform knows no VMware Identity Manager (403): configure it there, under "
              "Settings, VMware Identity Manager, or log in with a LOCAL or LDAP account");
}

}  // namespace vrni2syslog
