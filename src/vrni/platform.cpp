#include "vrni/platform.h"

#include "http/curl_http_client.h"
#include "vrni/api/api_client.h"
#include "vrni/api/platform_time.h"
#include "vrni/capture/capture_clients.h"
#include "vrni/capture/capture_files.h"
#include "vrni/login/login.h"
#include "vrni/platform_flows.h"
#include "vrni/search/flow_search.h"

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

  std::unique_ptr<Login> operator()(const PasswordCredentials& credentials) const {
    return make_password_login(credentials);
  }
  std::unique_ptr<Login> operator()(const VidmCredentials& credentials) const {
    return make_vidm_login(credentials);
  }
  std::unique_ptr<Login> operator()(const CloudCredentials& credentials) const {
    return make_cloud_login(
        credentials, std::make_unique<CurlHttpClient>(console_curl_settings(settings, credentials),
                                                      clock, limits));
  }
  std::unique_ptr<Login> operator()(const BearerCredentials& credentials) const {
    return make_bearer_login(credentials, clock, limits);
  }
};

/// Where answers come from: the platform, the platform while a capture of it is made, or a capture
/// in its place.
class AnswerSource {
 public:
  /// `clock` must outlive it. Does not connect yet. Throws what CaptureWriter and CaptureReader
  /// throw.
  AnswerSource(const PlatformSettings& settings, Clock& clock, const RunLimits& limits);
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
  SleeplessClock sleepless_clock_;
  std::unique_ptr<CurlHttpClient> curl_;
  std::unique_ptr<HttpClient> capture_;  ///< if set, hands requests on to curl_
  std::unique_ptr<HttpClient> replay_;   ///< if set, neither of the others is
};

AnswerSource::AnswerSource(const PlatformSettings& settings, Clock& clock, const RunLimits& limits)
    : clock_(clock), limits_(limits), sleepless_clock_(clock) {
  const std::string& api_base = settings.url.api_base;
  if (!settings.replay_from.empty()) {
    replay_ = make_replaying_client(CaptureReader(settings.replay_from), api_base, clock, limits);
    return;
  }
  curl_ = std::make_unique<CurlHttpClient>(platform_curl_settings(settings), clock, limits);
  if (!settings.save_capture) return;
  CaptureWriter writer(settings.save_capture->directory, settings.save_capture->description);
  capture_ = make_capturing_client(*curl_, std::move(writer), api_base, clock);
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

/// Makes a call to see whether the platform accepts the token. Its answer does not matter.
void try_token(ApiClient& api) {
  const ApiCall call{.method = "GET", .path = "/info/version", .body = {}};
  (void)api.try_call(call, [](std::string&) { return Outcome::success(); });
}

}  // namespace

/// The source of answers, and the calls to it.
class Platform::Session {
 public:
  Session(const PlatformSettings& settings, Clock& clock, const RunLimits& limits, Log& log_of_run)
      : log(log_of_run),
        least_age(settings.least_age),
        answers(settings, clock, limits),
        login(std::visit(LoginMaker{settings, clock, limits}, settings.credentials)),
        api(answers.http(), settings.url.api_base, *login,
            RunContext{answers.clock(), answers.limits(), log}, make_random(),
            settings.concurrency) {}

  Log& log;
  std::chrono::seconds least_age;
  AnswerSource answers;
  std::unique_ptr<Login> login;
  ApiClient api;
};

Platform::Platform(const PlatformSettings& settings, Clock& clock, const RunLimits& limits,
                   Log& log)
    : session_(std::make_unique<Session>(settings, clock, limits, log)) {}

Platform::~Platform() {
  log_out();
}

void Platform::log_in() {
  session_->api.log_in();
  if (!session_->login->is_proven_by_token()) try_token(session_->api);
}

std::string Platform::account() const {
  return session_->login->account();
}

void Platform::log_out() noexcept {
  session_->api.log_out();
}

std::uint64_t Platform::count_flows(const std::string& filter, const TimeWindow& window) {
  return vrni2syslog::count_flows(session_->api, filter, window);
}

std::optional<UnixSeconds> Platform::time() const {
  return session_->api.platform_time();
}

void Platform::require_past(const TimeWindow& window) const {
  vrni2syslog::require_past(window, session_->least_age, session_->api.platform_time());
}

std::unique_ptr<FlowSource> Platform::flows(const std::string& filter,
                                            const std::vector<FlowField>& counters) {
  return std::make_unique<PlatformFlows>(session_->api, session_->log, filter, counters,
                                         session_->least_age);
}

VidmClient Platform::vidm_client() {
  return read_vidm_client(session_->api);
}

std::string Platform::peer_description() const {
  return session_->answers.peer_description();
}

}  // namespace vrni2syslog
