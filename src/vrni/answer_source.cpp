#include "vrni/answer_source.h"

#include "http/curl_settings.h"

#include <utility>

namespace vrni2syslog {
AnswerSource::AnswerSource(const PlatformSettings& settings, Clock& clock, const RunLimits& limits)
    : clock_(clock), limits_(limits), sleepless_clock_(clock) {
  const std::string& api_base = settings.url.api_base;
  if (!settings.replay_from.empty()) {
    replay_ = std::make_unique<ReplayingHttpClient>(CaptureReader(settings.replay_from), api_base,
                                                    clock, limits);
    return;
  }
  curl_ = std::make_unique<CurlHttpClient>(platform_curl_settings(settings), clock, limits);
  if (!settings.save_capture) return;
  CaptureWriter writer(settings.save_capture->directory, settings.save_capture->description);
  capture_ = std::make_unique<CapturingHttpClient>(*curl_, std::move(writer), api_base, clock);
}

HttpClient& AnswerSource::http() noexcept {
  if (replay_) return *replay_;
  if (capture_) return *capture_;
  return *curl_;
}

Clock& AnswerSource::clock() noexcept {
  if (replay_) return sleepless_clock_;
  return clock_;
}

RunLimits AnswerSource::limits() const {
  return replay_ ? RunLimits{.stop = limits_.stop} : limits_;
}

std::string AnswerSource::peer_description() const {
  return curl_ ? curl_->peer_description() : std::string();
}

}  // namespace vrni2syslog
