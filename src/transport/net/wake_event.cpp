#include "transport/net/wake_event.h"

#include "base/error.h"

#include <cerrno>
#include <cstdint>
#include <fcntl.h>
#include <sys/eventfd.h>
#include <unistd.h>

namespace vrni2syslog {

FileDescriptor make_wake_event() {
  FileDescriptor event(::eventfd(0, EFD_CLOEXEC | EFD_NONBLOCK));
  if (!event.is_open()) {
    throw Error(Fault::CannotCreate,
                "cannot make an eventfd: " + errno_text(errno) + "; allow more open files");
  }
  return event;
}

FileDescriptor copy_wake_event(int event) {
  FileDescriptor copy(::fcntl(event, F_DUPFD_CLOEXEC, 0));
  if (!copy.is_open())
    throw Error(Fault::CannotCreate, "cannot copy an eventfd: " + errno_text(errno));
  return copy;
}

void raise_wake_event(int event) noexcept {
  const std::uint64_t one = 1;
  // It cannot fail: nobody raises it so often that the count is full.
  (void)!::write(event, &one, sizeof one);
}

bool clear_wake_event(int event) noexcept {
  std::uint64_t count = 0;
  return ::read(event, &count, sizeof count) == sizeof count;
}

}  // namespace vrni2syslog
