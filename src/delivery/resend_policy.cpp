#include "delivery/resend_policy.h"

#include "base/backoff.h"

#include <fmt/format.h>

#include <chrono>

namespace vrni2syslog {

namespace {

constexpr BackoffPolicy kBackoff{std::chrono::seconds(1), std::chrono::seconds(60)};

}  // namespace

std::optional<SteadyTime> time_of_resend(const Error& failure, int attempts, SteadyTime now,
                                         SteadyTime deadline, double random) {
  if (!may_pass(failure.fault()) || now >= deadline) return std::nullopt;
  const SteadyTime due =
      now + backoff_delay(kBackoff, attempts, std::chrono::milliseconds(0), random);
  if (due >= deadline) return std::nullopt;
  return due;
}

std::string retry_text(const Error& failure, int attempts, SteadyTime::duration pause) {
  const auto millis = std::chrono::duration_cast<std::chrono::milliseconds>(pause).count();
  return fmt::format("{}; attempt {} was in vain, the next one comes in {}.{} s", failure.what(),
                     attempts, millis / 1000, millis % 1000 / 100);
}

Error give_up_error(const Error& failure, int attempts) {
  std::string text = failure.what();
  if (attempts > 1) text += fmt::format("; given up after {} attempts", attempts);
  return Error(may_pass(failure.fault()) ? Fault::Unconfirmed : failure.fault(), text);
}

Error out_of_time_error(const Error& failure, int attempts) {
  Error error = give_up_error(failure, attempts);
  if (!may_pass(failure.fault())) return error;
  return Error(
      error.fault(),
      error.what() + std::string(attempts > 1 ? ", as --deadline leaves no time for more"
                                              : "; --deadline leaves no time for another attempt"));
}

}  // namespace vrni2syslog
