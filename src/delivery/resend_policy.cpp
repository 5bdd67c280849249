#include "delivery/resend_policy.h"

#include <fmt/format.h>

#include <chrono>

namespace vrni2syslog {

std::optional<SteadyTime> ResendPolicy::next_attempt(const Error& failure, int attempts,
                                                     SteadyTime now, double random) const {
  if (!may_pass(failure.fault()) || now >= deadline_) return std::nullopt;
  const SteadyTime due =
      now + backoff_delay(backoff_, attempts, std::chrono::milliseconds(0), random);
  if (due >= deadline_) return std::nullopt;
  return due;
}

std::string retry_text(const Error& failure, int attempts, SteadyTime::duration pause) {
  const auto millis = std::chrono::duration_cast<std::chrono::milliseconds>(pause).count();
  return fmt::format("{}; attempt {} was in vain, the next one comes in {}.{} s", failure.what(),
                     attempts, millis / 1000, millis % 1000 / 100);
}

Error give_up_error(const Error& failure, int attempts, bool is_out_of_time) {
  std::string text = failure.what();
  if (attempts > 1) text += fmt::format("; given up after {} attempts", attempts);
  if (!may_pass(failure.fault())) return Error(failure.fault(), text);
  if (is_out_of_time)
    text += attempts > 1 ? ", as --deadline leaves no time for more"
                         : "; --deadline leaves no time for another attempt";
  return Error(Fault::Unconfirmed, text);
}

}  // namespace vrni2syslog
