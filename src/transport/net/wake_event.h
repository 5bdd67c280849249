#pragma once

#include "base/file.h"

namespace vrni2syslog {

/// An eventfd(2), by which another thread wakes up a coroutine of the loop, which waits for it with
/// a WatchedDescriptor. Throws Error(CannotCreate) if the system has no descriptor left.
[[nodiscard]] FileDescriptor make_wake_event();

/// Another descriptor of the same event, for a thread that may outlive the first one. Throws the
/// same.
[[nodiscard]] FileDescriptor copy_wake_event(int event);

/// Makes the event readable. May be called from any thread.
void raise_wake_event(int event) noexcept;

/// Makes it unreadable. Returns whether it was raised before.
bool clear_wake_event(int event) noexcept;

}  // namespace vrni2syslog
