#pragma once

#include <functional>

namespace vrni2syslog {

/// Runs a call that waits, such as one of librdkafka, on a thread of its own. Nobody joins the
/// thread: whoever started it must not wait either. At the end of the program the calls have two
/// seconds to end; those that take longer must use nothing that is destroyed then. The call must
/// not throw. Throws std::system_error if there is no thread.
void run_in_background(std::function<void()> call);

}  // namespace vrni2syslog
