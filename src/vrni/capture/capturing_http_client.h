#pragma once

#include "base/clock.h"
#include "http/http_client.h"
#include "vrni/capture/capture_writer.h"

#include <string>

namespace vrni2syslog {

/// Hands requests on to another client, and writes each with its outcome into a capture, but for
/// those that carry credentials in their bodies.
class CapturingHttpClient final : public HttpClient {
 public:
  /// `http` and `clock` must outlive it.
  CapturingHttpClient(HttpClient& http, CaptureWriter capture, std::string api_base,
                      const Clock& clock);

  /// Also throws Error(CannotWrite) where the capture cannot be written.
  [[nodiscard]] HttpResponse send(const HttpRequest& request) override;
  BegunRequest begin(const HttpRequest& request) override { return http_.begin(request); }
  [[nodiscard]] bool has_begun(const HttpRequest& request) const override {
    return http_.has_begun(request);
  }
  [[nodiscard]] bool holds(BegunRequest begun) const override { return http_.holds(begun); }
  [[nodiscard]] bool is_answered(BegunRequest begun) const override {
    return http_.is_answered(begun);
  }
  [[nodiscard]] std::size_t in_flight() const override { return http_.in_flight(); }
  [[nodiscard]] bool await_any() override { return http_.await_any(); }
  void forget_begun() noexcept override { http_.forget_begun(); }

 private:
  HttpClient& http_;
  CaptureWriter capture_;
  std::string api_base_;
  const Clock& clock_;
};

}  // namespace vrni2syslog
