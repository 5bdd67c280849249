#pragma once

#include "http/http_client.h"

#include <algorithm>
#include <cstddef>
#include <functional>
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

[[nodiscard]] inline HttpResponse failure(HttpOutcome outcome,
                                          std::string error = "the network is to blame") {
  HttpResponse response;
  response.outcome = outcome;
  response.error = std::move(error);
  return response;
}

/// Answers requests by a function, and keeps them. Begins requests only where it is told to, and
/// answers those when somebody waits.
class FakeHttpClient final : public HttpClient {
 public:
  using Responder = std::function<HttpResponse(const HttpRequest&)>;

  explicit FakeHttpClient(Responder responder) : responder_(std::move(responder)) {}

  [[nodiscard]] HttpResponse send(const HttpRequest& request) override {
    const auto begun = find_begun(request);
    if (begun == begun_.end()) {
      requests_.push_back(request);
      return responder_(request);
    }
    const HttpRequest taken = begun->request;
    begun_.erase(begun);
    return responder_(taken);
  }

  void begin_requests() { begins_ = true; }
  BegunRequest begin(const HttpRequest& request) override {
    if (!begins_) return 0;
    requests_.push_back(request);
    begun_.push_back({request, ++last_number_});
    most_in_flight_ = std::max(most_in_flight_, in_flight());
    return last_number_;
  }
  [[nodiscard]] bool has_begun(const HttpRequest& request) const override {
    return const_cast<FakeHttpClient*>(this)->find_begun(request) != begun_.end();
  }
  [[nodiscard]] bool holds(BegunRequest number) const override {
    return std::ranges::find(begun_, number, &Begun::number) != begun_.end();
  }
  [[nodiscard]] bool is_answered(BegunRequest number) const override {
    return std::ranges::any_of(
        begun_, [&](const Begun& begun) { return begun.number == number && begun.is_answered; });
  }
  [[nodiscard]] std::size_t in_flight() const override {
    return static_cast<std::size_t>(std::ranges::count(begun_, false, &Begun::is_answered));
  }
  [[nodiscard]] bool await_any() override {
    const auto next = std::ranges::find(begun_, false, &Begun::is_answered);
    if (next == begun_.end()) return false;
    next->is_answered = true;
    return true;
  }
  void forget_begun() noexcept override { begun_.clear(); }
  [[nodiscard]] std::size_t most_in_flight() const noexcept { return most_in_flight_; }

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
  struct Begun {
    HttpRequest request;
    BegunRequest number;
    bool is_answered = false;
  };

  std::vector<Begun>::iterator find_begun(const HttpRequest& request) {
    return std::ranges::find_if(begun_, [&](const Begun& begun) {
      return begun.request.method == request.method && begun.request.url == request.url &&
             begun.request.body == request.body;
    });
  }

  Responder responder_;
  std::vector<HttpRequest> requests_;
  bool begins_ = false;
  std::vector<Begun> begun_;
  BegunRequest last_number_ = 0;
  std::size_t most_in_flight_ = 0;
};

}  // namespace vrni2syslog
