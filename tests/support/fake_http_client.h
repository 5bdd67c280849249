#pragma once

#include "vrni/http.h"

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

/// Answers requests by a function, and keeps them.
class FakeHttpClient final : public HttpClient {
 public:
  using Responder = std::function<HttpResponse(const HttpRequest&)>;

  explicit FakeHttpClient(Responder responder) : responder_(std::move(responder)) {}

  [[nodiscard]] HttpResponse send(const HttpRequest& request) override {
    requests_.push_back(request);
    return responder_(request);
  }

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
  Responder responder_;
  std::vector<HttpRequest> requests_;
};

}  // namespace vrni2syslog
