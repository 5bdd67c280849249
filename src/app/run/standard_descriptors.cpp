#include "app/run/standard_descriptors.h"

#include <array>
#include <fcntl.h>
#include <unistd.h>

namespace vrni2syslog {

void occupy_standard_descriptors() noexcept {
  constexpr std::array<int, 3> kModes{O_RDONLY, O_RDONLY, O_WRONLY};
  for (int descriptor = STDIN_FILENO; descriptor <= STDERR_FILENO; ++descriptor) {
    if (::fcntl(descriptor, F_GETFD) != -1) continue;
    // open(2) takes the lowest free number, which is this one: those below are in use by now.
    (void)::open("/dev/null", kModes[static_cast<std::size_t>(descriptor)]);
  }
}

}  // namespace vrni2syslog
