#include "base/run_limits.h"

#include "base/error.h"

#include <fmt/core.h>

namespace vrni2syslog {

bool has_run_ended(const RunLimits& limits, SteadyTime now) noexcept {
  return limits.stop.stop_requested() || now >= limits.deadline;
}

void throw_if_ended(const RunLimits& limits, SteadyTime now, std::string_view doing) {
  if (!has_run_ended(limits, now)) return;
  throw Error(
      Fault::Interrupted,
      fmt::format("{} while {}",
                  limits.stop.stop_requested() ? "stopped" : "the deadline has passed", doing));
}

}  // namespace vrni2syslog
