#include "vrni/login/vidm_login.h"

#include "json/writer.h"

#include <fmt/format.h>

namespace vrni2syslog {
namespace {

[[nodiscard]] std::string refusal(int status) {
  // Both are documented for a platform that knows no Identity Manager.
  if (status == 404 || status == 412) {
    return fmt::format(
        "the platform takes no vIDM access tokens ({}): is VMware Identity Manager configured "
        "there? --get-vidm-client-id asks",
        status);
  }
  return fmt::format(
      "the platform refuses the vIDM access token ({}): it may have expired or be for another "
      "client id than that of --get-vidm-client-id; get a fresh one. A user who already has 100 "
      "valid tokens of the platform is refused in the same way until they expire",
      status);
}

}  // namespace

Token VidmLogin::obtain(const TokenFetcher& fetch) {
  TokenRequest request;
  request.url = "/auth/token/vidm";
  request.body = "{\"vidm_token\":";
  append_json_string(request.body, credentials_.access_token.reveal());
  request.body += '}';
  request.secret = credentials_.access_token;
  request.read = read_platform_token;
  request.refusal = refusal;
  return fetch(request);
}

}  // namespace vrni2syslog
