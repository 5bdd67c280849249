#include "vrni/platform.h"

#include "vrni/answer_source.h"
#include "vrni/api_client.h"
#include "vrni/flow_search.h"
#include "vrni/platform_flows.h"

#include <random>
#include <utility>

namespace vrni2syslog {
namespace {

[[nodiscard]] std::function<double()> make_random() {
  return [engine = std::minstd_rand(std::random_device()())]() mutable {
    return std::uniform_real_distribution<double>(0.0, 1.0)(engine);
  };
}

}  // namespace

/// The source of answers, and the calls to it.
class Platform::Session {
 public:
  Session(PlatformSettings settings, Clock& clock, const RunLimits& limits, Log& log_of_run)
      : log(log_of_run),
        answers(settings, clock, limits),
        api(answers.http(), settings.url.api_base, std::move(settings.credentials), answers.clock(),
            answers.limits(), log, make_random()) {}

  Log& log;
  AnswerSource answers;
  ApiClient api;
};

Platform::Platform(PlatformSettings settings, Clock& clock, RunLimits limits, Log& log)
    : session_(std::make_unique<Session>(std::move(settings), clock, limits, log)) {}

Platform::~Platform() {
  log_out();
}

void Platform::log_in() {
  session_->api.log_in();
}

void Platform::log_out() noexcept {
  session_->api.log_out();
}

std::uint64_t Platform::count_flows(const std::string& filter, const TimeWindow& window) {
  return vrni2syslog::count_flows(session_->api, filter, window);
}

std::unique_ptr<FlowSource> Platform::flows(const std::string& filter,
                                            const std::vector<FlowField>& counters) {
  return std::make_unique<PlatformFlows>(session_->api, session_->log, filter, counters);
}

std::string Platform::peer_description() const {
  return session_->answers.peer_description();
}

}  // namespace vrni2syslog
