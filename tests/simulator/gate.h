#pragma once

#include "stopper.h"

#include <atomic>
#include <chrono>
#include <cstdint>

namespace vrni2syslog::simulator {

/// Holds answers back until a test lets them through one by one, so that the test meets a moment
/// that it needs however busy the machine is. Thread-safe.
class Gate {
 public:
  explicit Gate(bool is_closed) : is_closed_(is_closed) {}

  /// Lets so many more answers through.
  void permit(std::uint64_t answers) { permitted_ += answers; }

  /// Waits for its turn, in the order of the calls, but no longer than until the server is to end.
  void pass(Stopper& stopper) {
    constexpr std::chrono::milliseconds kPause{5};
    const std::uint64_t turn = turns_++;
    while (is_closed_ && turn >= permitted_ && !stopper.is_stopping()) stopper.sleep(kPause);
  }

 private:
  const bool is_closed_;
  std::atomic<std::uint64_t> turns_{0};
  std::atomic<std::uint64_t> permitted_{0};
};

}  // namespace vrni2syslog::simulator
