#pragma once

#include "base/clock.h"
#include "vrni/capture_writer.h"
#include "vrni/http.h"

#include <string>

namespace vrni2syslog {

/// Hands requests on to another client, and writes each with its outcome into a capture, but for
/// those that carry credentials in their bodies.
class CapturingHttpClient final : public HttpClient {
 public:
  /// `http` and `clock` must outlive it.
  CapturingHttpClient(HttpClient& http, CaptureWriter capture, std::string api_base,
                      const Clock& clock);

  /// Also throws Error(Io) where the capture cannot be written.
  [[nodiscard]] HttpResponse send(const HttpRequest& request) override;

 private:
  HttpClient& http_;
  CaptureWriter capture_;
  std::string api_base_;
  const Clock& clock_;
};

}  // namespace vrni2syslog
