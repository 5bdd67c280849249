/// Any answers to a login: it succeeds or is told on one line that holds no secret, and a token can
/// stand in a header.

#include "fuzz_platform.h"

#include <algorithm>
#include <cstdint>
#include <string>
#include <string_view>
#include <utility>

namespace vrni2syslog::testing {
namespace {

/// An answer that holds a token as the platform and the console write it.
HttpResponse token_answer(FuzzInput& input) {
  const std::string text(input.bytes(input.byte() % 32U));
  const std::string number(input.bytes(input.byte() % 24U));
  return answer(200, "{\"token\":\"" + text + "\",\"access_token\":\"" + text +
                         "\",\"expiry\":" + number + ",\"expires_in\":" + number + "}");
}

HttpResponse next_answer(FuzzInput& input) {
  HttpResponse response = (input.byte() & 1U) != 0 ? token_answer(input) : hostile_answer(input);
  // A gateway that shows all that it was sent.
  if ((input.byte() & 3U) == 3U) response.body += FuzzedApi::kPassword;
  return response;
}

std::unique_ptr<Login> make_login(std::uint8_t kind, FakeHttpClient::Responder console) {
  Secret secret{std::string(FuzzedApi::kPassword)};
  switch (kind % 3U) {
    case 0:
      return make_password_login(
          {.username = "admin@local", .password = std::move(secret), .domain_value = {}});
    case 1:
      return make_vidm_login({std::move(secret)});
    default:
      return make_cloud_login({.api_token = std::move(secret),
                               .console_host = "console.local",
                               .exchange_url = "https://console.local/authorize"},
                              std::make_unique<FakeHttpClient>(std::move(console)));
  }
}

void require_header(const HttpRequest& request) {
  for (const std::string& header : request.headers) {
    require(std::ranges::all_of(header, [](char c) { return c >= ' ' && c <= '~'; }),
            "a header is forged", header);
  }
}

void check(FuzzInput input) {
  const std::uint8_t kind = input.byte();
  const auto respond = [&input](const HttpRequest& request) {
    require_header(request);
    return next_answer(input);
  };
  FuzzedApi platform(make_login(kind, respond), respond);
  try {
    platform.api.log_in();
  } catch (const Error& error) {
    FuzzedApi::check_message(error.what());
    require(error.fault() != Fault::Bug && error.fault() != Fault::Usage,
            "an answer is another's fault", error.what());
  }
  platform.api.log_out();
}

}  // namespace
}  // namespace vrni2syslog::testing

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  vrni2syslog::testing::check(vrni2syslog::testing::FuzzInput(data, size));
  return 0;
}
