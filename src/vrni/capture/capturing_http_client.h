#pragma once

#include "base/clock.h"
#include "http/http_client.h"
#include "vrni/capture/capture_files.h"

#include <cstddef>
#include <memory>
#include <string>

namespace vrni2syslog {

/// Hands requests on to another client, and writes each of them with its outcome into a capture,
/// except those that carry credentials in their bodies.
class CapturingHttpClient final : public HttpClient {
 public:
  /// `http` and `clock` must outlive it.
  CapturingHttpClient(HttpClient& http, CaptureWriter capture, std::string api_base,
                      const Clock& clock);

  /// The answer's wait() also throws Error(CannotWrite) if the capture cannot be written.
  [[nodiscard]] std::unique_ptr<PendingAnswer> begin(HttpRequest request) override;
  [[nodiscard]] std::size_t in_flight() const override { return http_.in_flight(); }
  [[nodiscard]] bool await_any() override { return http_.await_any(); }

 private:
  class Answer;

  HttpClient& http_;
  CaptureWriter capture_;
  std::string api_base_;
  const Clock& clock_;
};

}  // namespace vrni2syslog
