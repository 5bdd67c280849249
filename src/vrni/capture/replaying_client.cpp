#include "base/error.h"
#include "base/sha256.h"
#include "vrni/api/retry_policy.h"
#include "vrni/capture/capture_clients.h"

#include <fmt/format.h>

#include <cstddef>
#include <map>
#include <stop_token>
#include <utility>
#include <vector>

namespace vrni2syslog {
namespace {

constexpr std::size_t kMaxShownRequest = 300;
/// A request that is repeated more often in a row waits for an answer that is not in the capture.
constexpr std::size_t kMaxRepeats = 10'000;

[[nodiscard]] Sha256Digest digest_of(std::string_view method, std::string_view path,
                                     std::string_view body) {
  Sha256 digest;
  for (const std::string_view part : {method, std::string_view(" "), path, std::string_view("\n")})
    digest.update(part);
  digest.update(body);
  return digest.finish();
}

/// An answer with which a login, or a logout, succeeds.
[[nodiscard]] HttpResponse answer_of_login(const HttpRequest& request) {
  HttpResponse response;
  response.status = request.method == "DELETE" ? 204 : 200;
  response.content_type = "application/json";
  if (request.method != "DELETE") response.body = R"({"token":"replay","expiry":4102444800000})";
  return response;
}

[[nodiscard]] HttpResponse bounded(HttpResponse response, std::size_t max_bytes) {
  if (response.body.size() <= max_bytes) return response;
  HttpResponse too_large;
  too_large.outcome = HttpOutcome::TooLarge;
  too_large.error = fmt::format("the answer is longer than {} MiB, more than the API gives",
                                max_bytes / (1024 * 1024));
  return too_large;
}

[[noreturn]] void throw_ended_in_wait() {
  throw Error(Fault::Interrupted, "the captured run ended while it waited for the platform");
}

class ReplayingHttpClient final : public HttpClient {
 public:
  ReplayingHttpClient(CaptureReader capture, std::string api_base, const Clock& clock,
                      RunLimits limits)
      : capture_(std::move(capture)),
        api_base_(std::move(api_base)),
        clock_(clock),
        limits_(std::move(limits)) {}

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
  void throw_if_repeated_in_vain(const Sha256Digest& request);
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
  Sha256Digest last_request_{};
  std::size_t repeats_ = 0;  ///< of the last request, one after the other
};

/// A request that is looked up when somebody wants its answer, since the answers to some requests
/// that are begun are never taken.
class ReplayingHttpClient::Answer final : public PendingAnswer {
 public:
  Answer(ReplayingHttpClient& client, HttpRequest request)
      : client_(client), request_(std::move(request)) {}

  [[nodiscard]] bool is_there() const override { return true; }
  [[nodiscard]] HttpResponse wait() override { return client_.answer_to(request_); }

 private:
  ReplayingHttpClient& client_;
  HttpRequest request_;
};

std::unique_ptr<PendingAnswer> ReplayingHttpClient::begin(HttpRequest request) {
  return std::make_unique<Answer>(*this, std::move(request));
}

HttpResponse ReplayingHttpClient::answer_to(const HttpRequest& request) {
  if (!recordable_path(request, api_base_)) return answer_of_login(request);
  throw_if_ended();
  return bounded(find(request, *recordable_path(request, api_base_)), request.max_response_bytes);
}

HttpResponse ReplayingHttpClient::last_of(const Answers& answers) const {
  HttpResponse response = capture_.read(answers.calls.back()).response;
  if (is_transient(kind_of(response))) throw_ended_in_wait();
  return response;
}

void ReplayingHttpClient::throw_if_repeated_in_vain(const Sha256Digest& request) {
  repeats_ = request == last_request_ ? repeats_ + 1 : 0;
  last_request_ = request;
  if (repeats_ > kMaxRepeats) throw_ended_in_wait();
}

void ReplayingHttpClient::throw_if_ended() const {
  vrni2syslog::throw_if_ended(limits_, clock_.steady_now(), "reading the capture");
}

HttpResponse ReplayingHttpClient::find(const HttpRequest& request, std::string_view path) {
  const Sha256Digest wanted = digest_of(request.method, path, request.body);
  throw_if_repeated_in_vain(wanted);
  if (const auto known = answers_.find(wanted); known != answers_.end()) {
    Answers& answers = known->second;
    if (answers.served < answers.calls.size())
      return capture_.read(answers.calls[answers.served++]).response;
  }
  while (next_ < capture_.size()) {
    throw_if_ended();
    RecordedCall call = capture_.read(next_);
    const Sha256Digest digest = digest_of(call.method, call.path, call.body);
    Answers& answers = answers_[digest];
    answers.calls.push_back(next_++);
    if (digest != wanted) continue;
    answers.served = answers.calls.size();
    return std::move(call.response);
  }
  const auto known = answers_.find(wanted);
  if (known != answers_.end()) return last_of(known->second);
  throw Error(
      Fault::Data,
      fmt::format("{} {} is not among the {} calls of the capture {}, which answers for the "
                  "window, filter and resolution of the captured run, as far as that "
                  "came: {}",
                  request.method, printable(path), capture_.size(),
                  printable(capture_.directory().string()),
                  printable(request.body, kMaxShownRequest)));
}

class SleeplessClock final : public Clock {
 public:
  explicit SleeplessClock(const Clock& clock) : clock_(clock) {}

  [[nodiscard]] WallTime now() const override { return clock_.now(); }
  [[nodiscard]] SteadyTime steady_now() const override { return clock_.steady_now(); }
  void sleep_until(SteadyTime /*time*/, std::stop_token /*stop*/) override {}

 private:
  const Clock& clock_;
};

}  // namespace

std::unique_ptr<HttpClient> make_replaying_client(CaptureReader capture, std::string api_base,
                                                  const Clock& clock, RunLimits limits) {
  return std::make_unique<ReplayingHttpClient>(std::move(capture), std::move(api_base), clock,
                                               std::move(limits));
}

std::unique_ptr<Clock> make_sleepless_clock(const Clock& clock) {
  return std::make_unique<SleeplessClock>(clock);
}

}  // namespace vrni2syslog
