#pragma once

#include "stopper.h"

#include <chrono>
#include <cstdint>
#include <mutex>

namespace vrni2syslog::simulator {

/// Holds answers back until a test lets them through one by one, so that the test meets a moment
/// that it needs however busy the machine is. It is open at first. Thread-safe.
class Gate {
 public:
  /// From now on answers wait; those that have begun to pass do so.
  void close() {
    const std::scoped_lock lock(mutex_);
    is_closed_ = true;
    permitted_ = turns_;
  }

  void open() {
    const std::scoped_lock lock(mutex_);
    is_closed_ = false;
  }

  /// Lets so many more answers through while the gate is closed.
  void permit(std::uint64_t answers) {
    const std::scoped_lock lock(mutex_);
    permitted_ += answers;
  }

  /// How many answers wait in front of the gate.
  [[nodiscard]] std::uint64_t waiting() const {
    const std::scoped_lock lock(mutex_);
    return is_closed_ && turns_ > permitted_ ? turns_ - permitted_ : 0;
  }

  /// Waits for its turn, in the order of the calls, but no longer than until the server is to end.
  void pass(Stopper& stopper) {
    constexpr std::chrono::milliseconds kPause{5};
    const std::uint64_t turn = take_turn();
    while (!may_pass(turn) && !stopper.is_stopping()) stopper.sleep(kPause);
  }

 private:
  [[nodiscard]] std::uint64_t take_turn() {
    const std::scoped_lock lock(mutex_);
    return turns_++;
  }

  [[nodiscard]] bool may_pass(std::uint64_t turn) const {
    const std::scoped_lock lock(mutex_);
    return !is_closed_ || turn < permitted_;
  }

  mutable std::mutex mutex_;
  bool is_closed_ = false;
  std::uint64_t turns_ = 0;
  std::uint64_t permitted_ = 0;
};

}  // namespace vrni2syslog::simulator
