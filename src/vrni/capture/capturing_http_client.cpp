#include "vrni/capture/capturing_http_client.h"

#include <algorithm>
#include <chrono>
#include <utility>
#include <vector>

namespace vrni2syslog {
namespace {

/// Knows the tokens in the headers of a request, which an answer might repeat: a proxy's page of an
/// error may show all that it was sent.
[[nodiscard]] Redactor redactor_of(const HttpRequest& request) {
  std::vector<Secret> secrets;
  for (const std::string& header : request.headers) {
    if (header.starts_with("Content-Type:") || header.starts_with("Accept:")) continue;
    std::string secret = header.substr(header.find_last_of(" :") + 1);
    // What is shorter is no token, and hiding it would hide the call.
    if (secret.size() >= Redactor::kMinSecretBytes) secrets.emplace_back(std::move(secret));
  }
  return Redactor(secrets);
}

}  // namespace

CapturingHttpClient::CapturingHttpClient(HttpClient& http, CaptureWriter capture,
                                         std::string api_base, const Clock& clock)
    : http_(http), capture_(std::move(capture)), api_base_(std::move(api_base)), clock_(clock) {}

HttpResponse CapturingHttpClient::send(const HttpRequest& request) {
  const std::optional<std::string_view> path = recordable_path(request, api_base_);
  if (!path) return http_.send(request);
  const SteadyTime steady_start = clock_.steady_now();
  RecordedCall call{request.method, std::string(*path), request.body, http_.send(request)};
  const auto waited =
      std::chrono::floor<std::chrono::milliseconds>(clock_.steady_now() - steady_start);
  // A request that was begun before has taken longer than anybody waited for it.
  const auto duration = std::max(waited, call.response.waited_for);
  capture_.write(call, {clock_.now() - duration, duration}, redactor_of(request));
  return std::move(call.response);
}

}  // namespace vrni2syslog
