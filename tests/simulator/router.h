#pragma once

#include "platform.h"

namespace vrni2syslog::simulator {

/// Answers every request: finds its row in the routing table, checks the token, and lets the faults
/// have their way. Thread-safe.
class Router {
 public:
  /// `platform` must outlive the router.
  explicit Router(Platform& platform) : platform_(platform) {}

  [[nodiscard]] Answer handle(const Request& request);

 private:
  [[nodiscard]] Answer route(const Request& request);

  Platform& platform_;
};

}  // namespace vrni2syslog::simulator
