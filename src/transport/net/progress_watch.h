#pragma once

#include "base/clock.h"

#include <chrono>
#include <cstddef>
#include <optional>

namespace vrni2syslog {

/// Distinguishes a peer that is slow from one that takes nothing any more. It looks at the bytes
/// that the peer's kernel has not acknowledged, not at whether the socket is writable: a socket
/// becomes writable only when a third of its buffer is free, which may take a slow peer longer than
/// the limit.
class ProgressWatch {
 public:
  /// `limit` is the longest time without any progress.
  ProgressWatch(std::chrono::milliseconds limit, SteadyTime now)
      : limit_(limit), until_(now + limit) {}

  /// There was progress of another kind, such as bytes that went into the socket's buffer.
  void restart(SteadyTime now) noexcept;
  /// Takes the number of bytes that are not acknowledged now; fewer than before are progress.
  void observe(std::size_t unacknowledged, SteadyTime now) noexcept;

  [[nodiscard]] bool is_stuck(SteadyTime now) const noexcept { return now >= until_; }
  /// The latest time to look again.
  [[nodiscard]] SteadyTime next_look(SteadyTime now) const noexcept;

 private:
  std::chrono::milliseconds limit_;
  SteadyTime until_;
  std::optional<std::size_t> unacknowledged_;
};

}  // namespace vrni2syslog
