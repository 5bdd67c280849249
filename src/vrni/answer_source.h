#pragma once

#include "base/clock.h"
#include "base/run_limits.h"
#include "http/curl_http_client.h"
#include "vrni/capture/capturing_http_client.h"
#include "vrni/capture/replaying_http_client.h"
#include "vrni/capture/sleepless_clock.h"
#include "vrni/platform.h"

#include <memory>
#include <string>

namespace vrni2syslog {

/// Where answers come from, as the settings say: the platform, the platform while a capture of it
/// is made, or a capture in its place.
class AnswerSource {
 public:
  /// `clock` must outlive it. Connects to nothing yet. Throws what CaptureWriter and CaptureReader
  /// throw.
  AnswerSource(const PlatformSettings& settings, Clock& clock, const RunLimits& limits);
  AnswerSource(const AnswerSource&) = delete;
  AnswerSource& operator=(const AnswerSource&) = delete;

  [[nodiscard]] HttpClient& http() noexcept;
  /// For the pauses between calls: a capture needs none.
  [[nodiscard]] Clock& clock() noexcept;
  /// For whoever makes the pauses: those of a replay are not made and cannot take too long, so that
  /// there only the reading is bounded by the deadline.
  [[nodiscard]] RunLimits limits() const;

  /// The certificate that the platform showed last; empty before it did, and in a replay.
  [[nodiscard]] std::string peer_description() const;

 private:
  Clock& clock_;
  RunLimits limits_;
  SleeplessClock sleepless_clock_;
  std::unique_ptr<CurlHttpClient> curl_;
  std::unique_ptr<CapturingHttpClient> capture_;  ///< before curl_, if there is one
  std::unique_ptr<ReplayingHttpClient> replay_;   ///< then there are none of the others
};

}  // namespace vrni2syslog
