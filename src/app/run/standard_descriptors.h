#pragma once

namespace vrni2syslog {

/// Opens /dev/null on each of the descriptors 0 to 2 that is closed, so that no socket or file gets
/// its number and with it what is meant for standard output or standard error. Standard output is
/// opened for reading only: whoever closed it must be told that it cannot be written.
void occupy_standard_descriptors() noexcept;

}  // namespace vrni2syslog
