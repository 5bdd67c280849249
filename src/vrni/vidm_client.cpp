#include "vrni/vidm_client.h"

#include "base/error.h"
#include "json/records.h"
#include "vrni/api/api_client.h"

#include <optional>

namespace vrni2syslog {

VidmClient read_vidm_client(ApiClient& api) {
  ApiCall call{.method = "GET", .path = "/auth/vidm/client-id", .body = {}};
  call.is_optional = true;
  call.needs_token = false;
  VidmClient client;
  const std::optional<ApiFailure> failure =
      api.try_call(call, [&](std::string& body) -> std::optional<std::string> {
        JsonRecords answer("");
        if (std::optional<std::string> problem = read_records(body, answer)) return problem;
        client = {printable(answer.text("vidm_appliance")), printable(answer.text("client_id"))};
        if (client.appliance.empty() || client.client_id.empty()) {
          return "the answer holds no vidm_appliance and client_id";
        }
        return std::nullopt;
      });
  if (!failure) return client;
  if (failure->kind != AnswerKind::Forbidden) throw failure->error;
  throw Error(Fault::LoginRefused,
              "the platform knows no VMware Identity Manager (403): configure it there, under "
              "Settings, VMware Identity Manager, or log in with a LOCAL or LDAP account");
}

}  // namespace vrni2syslog
