#pragma once

#include "http/http_client.h"

#include <utility>

namespace vrni2syslog {

/// An answer that somebody has looked at and left for whoever waits for it.
class SeenAnswer final : public PendingAnswer {
 public:
  explicit SeenAnswer(HttpResponse response) : response_(std::move(response)) {}

  [[nodiscard]] bool is_there() const override { return true; }
  [[nodiscard]] HttpResponse wait() override { return std::move(response_); }

 private:
  HttpResponse response_;
};

}  // namespace vrni2syslog
