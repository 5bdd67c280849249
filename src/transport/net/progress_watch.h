#pragma once

#include "base/clock.h"

#include <chrono>
#include <cstddef>
#include <optional>

namespace vrni2syslog {

/// Tells a peer that is slow from one that takes nothing any more. What counts is the bytes that
/// its kernel has not acknowledged: a socket is writable again only when a third of its buffer is
/// free, for which a slow peer may need longer than the limit.
class ProgressWatch {
 public:
  /// `limit` is the time without any progress.
  ProgressWatch(std::chrono::milliseconds limit, SteadyTime now)
      : limit_(limit), until_(now + limit) {}

  /// There was progress of another kind, as bytes that went into the socket's buffer.
  void restart(SteadyTime now) noexcept;
  /// So many bytes are not acknowledged now; fewer than before are progress.
  void observe(std::size_t unacknowledged, SteadyTime now) noexcept;

  [[nodiscard]] bool is_stuck(SteadyTime now) const noexcept { return now >= until_; }
  /// When to look again, at the latest.
  [[nodiscard]] SteadyTime next_look(SteadyTime now) const noexcept;

 private:
  std::chrono::milliseconds limit_;
  SteadyTime until_;
  std::optional<std::size_t> unacknowledged_;
};

}  // namespace vrni2syslog
