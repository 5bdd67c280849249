#include "http/curl_http_client.h"

#include "base/error.h"
#include "base/freed_by.h"
#include "http/curl_transfer.h"

#include <curl/curl.h>
#include <fmt/format.h>

#include <algorithm>
#include <functional>
#include <stop_token>
#include <utility>
#include <vector>

namespace vrni2syslog {
namespace {

/// The longest time between two checks of the run's limits.
constexpr int kLongestWaitMs = 500;

void require(CURLMcode code) {
  if (code == CURLM_OK) return;
  throw Error(Fault::Bug, fmt::format("libcurl: {}", curl_multi_strerror(code)));
}

}  // namespace

/// The transfers and what they share, with the connections that libcurl keeps between requests.
struct CurlHttpClient::Curl {
  Curl(CurlSettings settings, Clock& clock, RunLimits limits, Redactor* redactor)
      : shared(std::move(settings), clock, std::move(limits)),
        multi(curl_multi_init()),
        wake(shared.limits.stop, [this] { curl_multi_wakeup(multi.get()); }),
        last_driven(clock.steady_now()) {
    if (multi == nullptr) throw Error(Fault::Bug, "libcurl cannot be initialised");
    if (redactor != nullptr) shared.cookies.emplace(*redactor);
  }

  [[nodiscard]] std::unique_ptr<CurlTransfer> start(HttpRequest request);
  /// Ends a transfer that start() returned.
  void stop(CurlTransfer& transfer) noexcept;
  /// Throws when `limits` are reached; nullptr for what must end after the run, too.
  void drive_until(const std::function<bool()>& is_done, const RunLimits* limits);
  void drive_once();
  void record_finished_transfers();
  void record_time_without_driving();
  [[nodiscard]] std::size_t in_flight() const;
  /// Whether a transfer makes progress although nobody waits for it alone.
  [[nodiscard]] bool can_go_on() const;

  CurlShared shared;
  std::unique_ptr<CURLM, FreedBy<curl_multi_cleanup>> multi;
  /// Ends a wait at once when the run is stopped. Destroyed before what it wakes.
  std::stop_callback<std::function<void()>> wake;
  std::vector<CurlTransfer*> begun;  ///< with an answer that nobody has taken
  std::vector<std::unique_ptr<CurlTransfer>> idle;
  SteadyTime last_driven;
};

std::unique_ptr<CurlTransfer> CurlHttpClient::Curl::start(HttpRequest request) {
  record_time_without_driving();
  std::unique_ptr<CurlTransfer> transfer;
  if (idle.empty()) {
    transfer = std::make_unique<CurlTransfer>(shared);
  } else {
    transfer = std::move(idle.back());
    idle.pop_back();
  }
  begun.reserve(begun.size() + 1);
  transfer->start(multi.get(), std::move(request));
  begun.push_back(transfer.get());
  return transfer;
}

void CurlHttpClient::Curl::stop(CurlTransfer& transfer) noexcept {
  std::erase(begun, &transfer);
  transfer.stop();
  for (CurlTransfer* const other : begun) other->resume_if_possible();
}

void CurlHttpClient::Curl::drive_until(const std::function<bool()>& is_done,
                                       const RunLimits* limits) {
  record_time_without_driving();
  while (true) {
    drive_once();
    last_driven = shared.clock.steady_now();
    if (is_done()) return;
    if (limits != nullptr) throw_if_ended(*limits, last_driven, waiting_for(shared.settings.peer));
    require(curl_multi_poll(multi.get(), nullptr, 0, kLongestWaitMs, nullptr));
  }
}

void CurlHttpClient::Curl::record_time_without_driving() {
  const SteadyTime now = shared.clock.steady_now();
  shared.undriven_time += now - last_driven;
  last_driven = now;
}

void CurlHttpClient::Curl::drive_once() {
  int running = 0;
  require(curl_multi_perform(multi.get(), &running));
  record_finished_transfers();
}

void CurlHttpClient::Curl::record_finished_transfers() {
  int left = 0;
  while (const CURLMsg* const message = curl_multi_info_read(multi.get(), &left)) {
    if (message->msg != CURLMSG_DONE) continue;
    void* transfer = nullptr;
    curl_easy_getinfo(message->easy_handle, CURLINFO_PRIVATE, &transfer);
    static_cast<CurlTransfer*>(transfer)->end(message->data.result);
  }
}

std::size_t CurlHttpClient::Curl::in_flight() const {
  return static_cast<std::size_t>(
      std::ranges::count_if(begun, [](const auto* transfer) { return !transfer->has_ended(); }));
}

bool CurlHttpClient::Curl::can_go_on() const {
  return std::ranges::any_of(
      begun, [](const auto* transfer) { return !transfer->has_ended() && !transfer->is_paused(); });
}

/// A transfer, for as long as its answer is wanted.
class CurlHttpClient::Answer final : public PendingAnswer {
 public:
  Answer(Curl& curl, HttpRequest request)
      : curl_(curl), transfer_(curl.start(std::move(request))) {}
  Answer(const Answer&) = delete;
  Answer& operator=(const Answer&) = delete;
  ~Answer() override {
    if (transfer_) curl_.stop(*transfer_);
  }

  [[nodiscard]] bool is_there() const override { return !transfer_ || transfer_->has_ended(); }

  [[nodiscard]] int status() const override { return transfer_ ? transfer_->status() : 0; }

  [[nodiscard]] HttpResponse wait() override {
    transfer_->await();
    curl_.drive_until([this] { return transfer_->has_ended(); },
                      transfer_->is_bounded_by_run() ? &curl_.shared.limits : nullptr);
    HttpResponse response = transfer_->take_response();
    curl_.stop(*transfer_);
    curl_.idle.push_back(std::move(transfer_));
    return response;
  }

 private:
  Curl& curl_;
  std::unique_ptr<CurlTransfer> transfer_;  ///< null once the answer was taken
};

CurlHttpClient::CurlHttpClient(CurlSettings settings, Clock& clock, RunLimits limits,
                               Redactor* redactor)
    : curl_(std::make_unique<Curl>(std::move(settings), clock, std::move(limits), redactor)) {}

CurlHttpClient::~CurlHttpClient() = default;

std::unique_ptr<PendingAnswer> CurlHttpClient::begin(HttpRequest request) {
  auto answer = std::make_unique<Answer>(*curl_, std::move(request));
  curl_->drive_once();  // sends the request off
  return answer;
}

std::size_t CurlHttpClient::in_flight() const {
  return curl_->in_flight();
}

bool CurlHttpClient::await_any() {
  if (!curl_->can_go_on()) return false;
  const std::size_t before = in_flight();
  curl_->drive_until([&] { return in_flight() < before || !curl_->can_go_on(); },
                     &curl_->shared.limits);
  return in_flight() < before;
}

std::string CurlHttpClient::peer_description() const {
  return curl_->shared.verification.summary();
}

}  // namespace vrni2syslog
