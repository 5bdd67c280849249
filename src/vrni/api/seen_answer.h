#pragma once

#include "http/http_client.h"

#include <exception>
#include <utility>

namespace vrni2syslog {

/// An answer that somebody has looked at and left for whoever waits for it.
class SeenAnswer final : public PendingAnswer {
 public:
  explicit SeenAnswer(HttpResponse response) : response_(std::move(response)) {}
  /// There is none: wait() throws why.
  // NOLINTNEXTLINE(bugprone-throw-keyword-missing): it is kept.
  explicit SeenAnswer(std::exception_ptr failure) : failure_(std::move(failure)) {}

  [[nodiscard]] bool is_there() const override { return true; }
  [[nodiscard]] int status() const override { return response_.status; }
  [[nodiscard]] HttpResponse wait() override {
    if (failure_) std::rethrow_exception(failure_);
    return std::move(response_);
  }

 private:
  HttpResponse response_;
  std::exception_ptr failure_;
};

}  // namespace vrni2syslog
