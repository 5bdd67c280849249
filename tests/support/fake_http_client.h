#pragma once

#include "http/http_client.h"

#include <algorithm>
#include <cstddef>
#include <functional>
#include <iterator>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace vrni2syslog {

[[nodiscard]] inline HttpResponse answer(int status, std::string body) {
  HttpResponse response;
  response.status = status;
  response.body = std::move(body);
  return response;
}

/// An error in the form of the API.
[[nodiscard]] inline HttpResponse api_error(int status) {
  return answer(status, R"({"code":)" + std::to_string(status) + R"(,"message":"no"})");
}

[[nodiscard]] inline HttpResponse failure(HttpOutcome outcome,
                                          std::string error = "the network is to blame") {
  HttpResponse response;
  response.outcome = outcome;
  response.error = std::move(error);
  return response;
}

/// Answers requests by a function, and keeps them. Answers are there at once, until it is told to
/// begin requests: then await_any() or PendingAnswer::wait() lets them come.
class FakeHttpClient final : public HttpClient {
 public:
  using Responder = std::function<HttpResponse(const HttpRequest&)>;

  explicit FakeHttpClient(Responder responder) : responder_(std::move(responder)) {}

  void begin_requests() { begins_ = true; }
  /// From now on, answers tell their status before anybody waits for them.
  void tell_status() { tells_status_ = true; }
  /// From now on, await_any() lets the answer to the request come that was sent last.
  void answer_last_first() { answers_last_first_ = true; }
  [[nodiscard]] std::unique_ptr<PendingAnswer> begin(HttpRequest request) override {
    return std::make_unique<Answer>(*this, std::move(request));
  }
  [[nodiscard]] std::size_t in_flight() const override { return under_way_.size(); }
  [[nodiscard]] bool await_any() override {
    if (under_way_.empty()) return false;
    under_way_.erase(answers_last_first_ ? std::prev(under_way_.end()) : under_way_.begin());
    return true;
  }
  [[nodiscard]] std::size_t most_in_flight() const noexcept { return most_in_flight_; }

  /// In the order in which they were sent.
  [[nodiscard]] const std::vector<HttpRequest>& requests() const noexcept { return requests_; }

  /// The requests to one operation, by the end of the URL.
  [[nodiscard]] std::vector<HttpRequest> requests_to(std::string_view path) const {
    std::vector<HttpRequest> found;
    for (const HttpRequest& request : requests_) {
      if (request.url.ends_with(path)) found.push_back(request);
    }
    return found;
  }

 private:
  class Answer final : public PendingAnswer {
   public:
    Answer(FakeHttpClient& client, HttpRequest request)
        : client_(client), request_(std::move(request)), is_sent_(client.begins_) {
      if (!is_sent_) return;
      client_.requests_.push_back(request_);
      client_.under_way_.push_back(this);
      client_.most_in_flight_ = std::max(client_.most_in_flight_, client_.in_flight());
    }
    Answer(const Answer&) = delete;
    Answer& operator=(const Answer&) = delete;
    ~Answer() override { std::erase(client_.under_way_, this); }

    [[nodiscard]] bool is_there() const override {
      return std::ranges::find(client_.under_way_, this) == client_.under_way_.end();
    }
    [[nodiscard]] int status() const override {
      if (!client_.tells_status_ || !is_sent_ || !is_there()) return 0;
      if (!response_) response_ = client_.responder_(request_);
      return response_->status;
    }
    [[nodiscard]] HttpResponse wait() override {
      std::erase(client_.under_way_, this);
      if (!is_sent_) client_.requests_.push_back(request_);
      return response_ ? *response_ : client_.responder_(request_);
    }

   private:
    FakeHttpClient& client_;
    mutable std::optional<HttpResponse> response_;  ///< if its status was told
    HttpRequest request_;
    bool is_sent_;
  };

  Responder responder_;
  std::vector<HttpRequest> requests_;
  bool begins_ = false;
  bool tells_status_ = false;
  bool answers_last_first_ = false;
  std::vector<const Answer*> under_way_;
  std::size_t most_in_flight_ = 0;
};

}  // namespace vrni2syslog
