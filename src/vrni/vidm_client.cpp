#include "vrni/vidm_client.h"

#include "base/error.h"
#include "json/records.h"
#include "vrni/api/api_client.h"

namespace vrni2syslog {

VidmClient read_vidm_client(ApiClient& api) {
  ApiCall call{.method = "GET", .path = "/auth/vidm/client-id", .body = {}};
  call.is_optional = true;
  call.needs_token = false;
  VidmClient client;
  const CallOutcome outcome = api.try_call(call, [&](std::string& body) -> Outcome {
    JsonRecords answer("");
    if (Outcome read = read_records(body, answer); !read) return read;
    client = {printable(answer.text("vidm_appliance")), printable(answer.text("client_id"))};
    const bool is_whole = !client.appliance.empty() && !client.client_id.empty();
    return is_whole ? Outcome::success()
                    : Outcome::failure("the answer holds no vidm_appliance and client_id");
  });
  if (outcome) return client;
  if (outcome.problem().kind != AnswerKind::Forbidden) throw outcome.problem().error;
  throw Error(Fault::LoginRefused,
              "the platform knows no VMware Identity Manager (403): configure it there, under "
              "Settings, VMware Identity Manager, or log in with a LOCAL or LDAP account");
}

}  // namespace vrni2syslog
