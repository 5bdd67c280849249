#include "vrni/capture/capture_clients.h"

#include <algorithm>
#include <chrono>
#include <cstddef>
#include <optional>
#include <utility>

namespace vrni2syslog {
namespace {

class CapturingHttpClient final : public HttpClient {
 public:
  CapturingHttpClient(HttpClient& http, CaptureWriter capture, std::string api_base,
                      const Clock& clock, const Redactor& redactor)
      : http_(http),
        capture_(std::move(capture)),
        api_base_(std::move(api_base)),
        clock_(clock),
        redactor_(redactor) {}

  [[nodiscard]] std::unique_ptr<PendingAnswer> begin(HttpRequest request) override;
  [[nodiscard]] std::size_t in_flight() const override { return http_.in_flight(); }
  [[nodiscard]] bool await_any() override { return http_.await_any(); }

 private:
  class Answer;

  HttpClient& http_;
  CaptureWriter capture_;
  std::string api_base_;
  const Clock& clock_;
  const Redactor& redactor_;
};

/// An answer that is written into the capture when it is taken.
class CapturingHttpClient::Answer final : public PendingAnswer {
 public:
  Answer(CapturingHttpClient& client, std::string path, HttpRequest request)
      : client_(client),
        call_{.method = request.method,
              .path = std::move(path),
              .body = request.body,
              .response = {}},
        answer_(client.http_.begin(std::move(request))) {}

  [[nodiscard]] bool is_there() const override { return answer_->is_there(); }
  [[nodiscard]] int status() const override { return answer_->status(); }

  [[nodiscard]] HttpResponse wait() override {
    const Clock& clock = client_.clock_;
    const SteadyTime start = clock.steady_now();
    call_.response = answer_->wait();
    const auto waited = std::chrono::floor<std::chrono::milliseconds>(clock.steady_now() - start);
    // A request that was begun earlier has taken longer than anybody waited for it.
    call_.duration = std::max(waited, call_.response.waited_for);
    call_.start = clock.now() - call_.duration;
    client_.capture_.write(call_, client_.redactor_);
    return std::move(call_.response);
  }

 private:
  CapturingHttpClient& client_;
  RecordedCall call_;
  std::unique_ptr<PendingAnswer> answer_;
};

std::unique_ptr<PendingAnswer> CapturingHttpClient::begin(HttpRequest request) {
  const std::optional<std::string_view> path = recordable_path(request, api_base_);
  if (!path) return http_.begin(std::move(request));
  std::string copy(*path);  // which is a view of the request's URL
  return std::make_unique<Answer>(*this, std::move(copy), std::move(request));
}

}  // namespace

std::unique_ptr<HttpClient> make_capturing_client(HttpClient& http, CaptureWriter capture,
                                                  std::string api_base, const Clock& clock,
                                                  const Redactor& redactor) {
  return std::make_unique<CapturingHttpClient>(http, std::move(capture), std::move(api_base), clock,
                                               redactor);
}

}  // namespace vrni2syslog
