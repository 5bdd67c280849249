#include "vrni/platform.h"

#include "http/curl_http_client.h"
#include "json/records.h"
#include "vrni/capture/capture_clients.h"
#include "vrni/capture/capture_files.h"

#include <random>
#include <utility>

namespace vrni2syslog {
namespace {

[[nodiscard]] std::function<double()> make_random() {
  return [engine = std::minstd_rand(std::random_device()())]() mutable {
    return std::uniform_real_distribution<double>(0.0, 1.0)(engine);
  };
}

/// Makes the login that a kind of credentials is for.
struct LoginMaker {
  const PlatformSettings& settings;
  Clock& clock;
  const RunLimits& limits;
  Redactor& redactor;

  std::unique_ptr<Login> operator()(const PasswordCredentials& credentials) const {
    return make_password_login(credentials);
  }
  std::unique_ptr<Login> operator()(const VidmCredentials& credentials) const {
    return make_vidm_login(credentials);
  }
  std::unique_ptr<Login> operator()(const CloudCredentials& credentials) const {
    return make_cloud_login(
        credentials, std::make_unique<CurlHttpClient>(console_curl_settings(settings, credentials),
                                                      clock, limits, &redactor));
  }
  std::unique_ptr<Login> operator()(const BearerCredentials& credentials) const {
    return make_bearer_login(credentials, clock, limits);
  }
};

/// Makes a call to see whether the platform accepts the token. What it answers does not matter.
void try_token(ApiClient& api) {
  const ApiCall call{.method = "GET", .path = "/info/version", .body = {}};
  (void)api.try_call(call, [](std::string& body) {
    JsonRecords answer("");
    return read_records(body, answer);
  });
}

}  // namespace

/// Where answers come from: the platform, the platform while a capture of it is made, or a capture
/// in its place.
class Platform::AnswerSource {
 public:
  /// `clock` and `redactor`, for captures and cookies, must outlive it. Does not connect yet.
  /// Throws what CaptureWriter and CaptureReader throw.
  AnswerSource(const PlatformSettings& settings, Clock& clock, const RunLimits& limits,
               Redactor& redactor);
  AnswerSource(const AnswerSource&) = delete;
  AnswerSource& operator=(const AnswerSource&) = delete;

  [[nodiscard]] HttpClient& http() noexcept;
  /// For the pauses between calls, which a capture does not need.
  [[nodiscard]] Clock& clock() noexcept;
  /// For the calls. The pauses of a replay are not made and cannot take too long, so that the
  /// deadline bounds only the reading of the capture.
  [[nodiscard]] RunLimits limits() const;

  /// The certificate that the platform showed last; empty before it did, and in a replay.
  [[nodiscard]] std::string peer_description() const;

 private:
  Clock& clock_;
  RunLimits limits_;
  std::unique_ptr<Clock> sleepless_clock_;
  std::unique_ptr<CurlHttpClient> curl_;
  std::unique_ptr<HttpClient> capture_;  ///< if set, hands requests on to curl_
  std::unique_ptr<HttpClient> replay_;   ///< if set, neither of the others is
};

Platform::AnswerSource::AnswerSource(const PlatformSettings& settings, Clock& clock,
                                     const RunLimits& limits, Redactor& redactor)
    : clock_(clock), limits_(limits), sleepless_clock_(make_sleepless_clock(clock)) {
  const std::string& api_base = settings.api.url;
  if (!settings.replay_from.empty()) {
    replay_ = make_replaying_client(CaptureReader(settings.replay_from), api_base, clock, limits);
    return;
  }
  curl_ =
      std::make_unique<CurlHttpClient>(platform_curl_settings(settings), clock, limits, &redactor);
  if (settings.save_capture.empty()) return;
  CaptureWriter writer(settings.save_capture, settings.capture_description);
  capture_ = make_capturing_client(*curl_, std::move(writer), api_base, clock, redactor);
}

HttpClient& Platform::AnswerSource::http() noexcept {
  if (replay_) return *replay_;
  if (capture_) return *capture_;
  return *curl_;
}

Clock& Platform::AnswerSource::clock() noexcept {
  if (replay_) return *sleepless_clock_;
  return clock_;
}

RunLimits Platform::AnswerSource::limits() const {
  return replay_ ? RunLimits{.stop = limits_.stop} : limits_;
}

std::string Platform::AnswerSource::peer_description() const {
  return curl_ ? curl_->peer_description() : std::string();
}

Platform::Platform(const PlatformSettings& settings, Clock& clock, const RunLimits& limits,
                   Log& log)
    : redactor_(settings.proxy_passwords),
      answers_(std::make_unique<AnswerSource>(settings, clock, limits, redactor_)),
      login_(std::visit(LoginMaker{settings, clock, limits, redactor_}, settings.credentials)),
      api_(answers_->http(), settings.api.url, ApiIdentity{*login_, redactor_},
           RunContext{answers_->clock(), answers_->limits(), log}, make_random(),
           settings.concurrency) {}

Platform::~Platform() {
  api_.log_out();
}

void Platform::log_in() {
  api_.log_in();
  if (!login_->is_proven_by_token()) try_token(api_);
}

std::string Platform::account() const {
  return login_->account();
}

std::string Platform::peer_description() const {
  return answers_->peer_description();
}

}  // namespace vrni2syslog
