#pragma once

#include "base/clock.h"
#include "base/run_limits.h"
#include "base/sha256.h"
#include "http/http_client.h"
#include "vrni/capture/capture_files.h"

#include <cstddef>
#include <map>
#include <memory>
#include <stop_token>
#include <string>
#include <vector>

namespace vrni2syslog {

/// Answers from a capture, without a network. Equal requests (method, path and body) get the
/// recorded outcomes in their order, failures included, and then the last of them again. So a run
/// goes the same way as the captured one; if that one ended while it waited for the platform, the
/// run ends there with Error(Interrupted). Logins, which no capture holds, succeed.
class ReplayingHttpClient final : public HttpClient {
 public:
  /// `api_base` is what the requests' URLs begin with; `clock` must outlive the client.
  ReplayingHttpClient(CaptureReader capture, std::string api_base, const Clock& clock,
                      RunLimits limits);

  /// The answer is looked up by its wait(), which also throws Error(Data) if the capture does not
  /// hold the request or is damaged.
  [[nodiscard]] std::unique_ptr<PendingAnswer> begin(HttpRequest request) override;

 private:
  class Answer;

  /// The calls with the same request that have been read.
  struct Answers {
    std::vector<std::size_t> calls;
    std::size_t served = 0;
  };

  void throw_if_ended() const;
  [[nodiscard]] HttpResponse last_of(const Answers& answers) const;
  [[nodiscard]] HttpResponse answer_to(const HttpRequest& request);
  [[nodiscard]] HttpResponse find(const HttpRequest& request, std::string_view path);

  CaptureReader capture_;
  std::string api_base_;
  const Clock& clock_;
  RunLimits limits_;
  std::map<Sha256Digest, Answers> answers_;
  /// The first call that has not been read: a run that goes the same way as the captured one reads
  /// each file once.
  std::size_t next_ = 0;
};

/// A clock that tells another one's time and never waits: for calls that are answered from a
/// capture, since no platform needs to be spared.
class SleeplessClock final : public Clock {
 public:
  /// `clock` must outlive it.
  explicit SleeplessClock(const Clock& clock) : clock_(clock) {}

  [[nodiscard]] WallTime now() const override { return clock_.now(); }
  [[nodiscard]] SteadyTime steady_now() const override { return clock_.steady_now(); }
  void sleep_until(SteadyTime /*time*/, std::stop_token /*stop*/) override {}

 private:
  const Clock& clock_;
};

}  // namespace vrni2syslog
