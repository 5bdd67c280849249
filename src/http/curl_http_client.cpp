#include "http/curl_http_client.h"

#include "base/error.h"
#include "http/curl_transfer.h"

#include <curl/curl.h>
#include <fmt/format.h>

#include <algorithm>
#include <stop_token>
#include <utility>

namespace vrni2syslog {
namespace {

/// The run's limits are looked at this often at least.
constexpr int kLongestWaitMs = 500;

[[nodiscard]] bool are_equal(const HttpRequest& one, const HttpRequest& other) {
  return one.method == other.method && one.url == other.url && one.body == other.body;
}

void require(CURLMcode code) {
  if (code == CURLM_OK) return;
  throw Error(Fault::Bug, fmt::format("libcurl: {}", curl_multi_strerror(code)));
}

}  // namespace

/// What the transfers run in, which keeps the connections between requests.
struct CurlHttpClient::Curl {
  struct MultiCleanup {
    void operator()(CURLM* handle) const noexcept { curl_multi_cleanup(handle); }
  };

  Curl(CurlSettings settings, Clock& clock, RunLimits limits)
      : surroundings(std::move(settings), clock, std::move(limits)),
        multi(curl_multi_init()),
        wake(surroundings.limits.stop, [this] { curl_multi_wakeup(multi.get()); }) {
    if (multi == nullptr) throw Error(Fault::Bug, "libcurl cannot be initialised");
  }

  CurlShared surroundings;
  std::unique_ptr<CURLM, MultiCleanup> multi;
  /// Ends a wait at once when the run is stopped. Goes before what it wakes.
  std::stop_callback<std::function<void()>> wake;
};

CurlHttpClient::CurlHttpClient(CurlSettings settings, Clock& clock, RunLimits limits)
    : curl_(std::make_unique<Curl>(std::move(settings), clock, std::move(limits))),
      last_driven_(clock.steady_now()) {}

CurlHttpClient::~CurlHttpClient() = default;

std::unique_ptr<CurlTransfer> CurlHttpClient::start(const HttpRequest& request) {
  std::unique_ptr<CurlTransfer> transfer;
  if (idle_.empty()) {
    transfer = std::make_unique<CurlTransfer>(curl_->surroundings);
  } else {
    transfer = std::move(idle_.back());
    idle_.pop_back();
  }
  transfer->start(curl_->multi.get(), request, ++last_number_);
  return transfer;
}

std::unique_ptr<CurlTransfer> CurlHttpClient::take_begun(const HttpRequest& request) {
  const auto place = std::ranges::find_if(
      begun_, [&](const auto& transfer) { return are_equal(transfer->request(), request); });
  if (place == begun_.end()) return nullptr;
  std::unique_ptr<CurlTransfer> transfer = std::move(*place);
  begun_.erase(place);
  return transfer;
}

void CurlHttpClient::put_aside(std::unique_ptr<CurlTransfer> transfer) {
  transfer->stop();
  idle_.push_back(std::move(transfer));
  for (const auto& begun : begun_) begun->resume_if_possible();
}

HttpResponse CurlHttpClient::send(const HttpRequest& request) {
  std::unique_ptr<CurlTransfer> transfer = take_begun(request);
  if (!transfer) transfer = start(request);
  transfer->await();
  drive_until([&] { return transfer->has_ended(); }, !request.own_time_limit);
  HttpResponse response = transfer->take_response();
  put_aside(std::move(transfer));
  return response;
}

void CurlHttpClient::drive_until(const std::function<bool()>& is_done, bool is_bounded_by_run) {
  CurlShared& surroundings = curl_->surroundings;
  surroundings.undriven_time += surroundings.clock.steady_now() - last_driven_;
  while (true) {
    drive_once();
    last_driven_ = surroundings.clock.steady_now();
    if (is_done()) return;
    if (is_bounded_by_run) throw_if_ended(surroundings.limits, last_driven_, kWaiting);
    require(curl_multi_poll(curl_->multi.get(), nullptr, 0, kLongestWaitMs, nullptr));
  }
}

void CurlHttpClient::drive_once() {
  int running = 0;
  require(curl_multi_perform(curl_->multi.get(), &running));
  record_finished_transfers();
}

void CurlHttpClient::record_finished_transfers() {
  int left = 0;
  while (const CURLMsg* const message = curl_multi_info_read(curl_->multi.get(), &left)) {
    if (message->msg != CURLMSG_DONE) continue;
    void* transfer = nullptr;
    curl_easy_getinfo(message->easy_handle, CURLINFO_PRIVATE, &transfer);
    static_cast<CurlTransfer*>(transfer)->end(message->data.result);
  }
}

BegunRequest CurlHttpClient::begin(const HttpRequest& request) {
  begun_.push_back(start(request));
  drive_once();  // sends it off; what comes of it is told by send()
  return begun_.back()->number();
}

bool CurlHttpClient::has_begun(const HttpRequest& request) const {
  return std::ranges::any_of(
      begun_, [&](const auto& transfer) { return are_equal(transfer->request(), request); });
}

bool CurlHttpClient::holds(BegunRequest begun) const {
  return std::ranges::any_of(begun_,
                             [&](const auto& transfer) { return transfer->number() == begun; });
}

bool CurlHttpClient::is_answered(BegunRequest begun) const {
  return std::ranges::any_of(begun_, [&](const auto& transfer) {
    return transfer->number() == begun && transfer->has_ended();
  });
}

std::size_t CurlHttpClient::in_flight() const {
  return static_cast<std::size_t>(
      std::ranges::count_if(begun_, [](const auto& transfer) { return !transfer->has_ended(); }));
}

bool CurlHttpClient::await_any() {
  const std::size_t before = in_flight();
  const auto can_go_on = [this] {
    return std::ranges::any_of(begun_, [](const auto& transfer) {
      return !transfer->has_ended() && !transfer->is_paused();
    });
  };
  if (!can_go_on()) return false;
  drive_until([&] { return in_flight() < before || !can_go_on(); }, true);
  return in_flight() < before;
}

void CurlHttpClient::forget_begun() noexcept {
  begun_.clear();
}

std::string CurlHttpClient::peer_description() const {
  return curl_->surroundings.verification.summary();
}

}  // namespace vrni2syslog
