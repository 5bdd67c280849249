#include "delivery/epoch_retry.h"

#include <fmt/format.h>

#include <chrono>

namespace vrni2syslog {

bool may_pass(const Error& failure) noexcept {
  return !failure.is_lasting() && (failure.exit_status() == ExitStatus::Unavailable ||
                                   failure.exit_status() == ExitStatus::TemporaryFailure);
}

std::optional<SteadyTime> EpochRetry::next_attempt(const Error& failure, int attempts,
                                                   SteadyTime now, double random) const {
  if (!may_pass(failure) || now >= deadline_) return std::nullopt;
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

Error give_up_error(const Error& failure, int attempts) {
  const ExitStatus status =
      may_pass(failure) ? ExitStatus::TemporaryFailure : failure.exit_status();
  if (attempts <= 1) return Error(status, failure.what());
  return Error(status, fmt::format("{}; given up after {} attempts", failure.what(), attempts));
}

}  // namespace vrni2syslog
