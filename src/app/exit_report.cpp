#include "app/exit_report.h"

#include "base/error.h"

#include <fmt/format.h>

#include <cstring>
#include <new>

namespace vrni2syslog {
namespace {

[[nodiscard]] Failure describe(const std::exception_ptr& exception, int signal) {
  try {
    std::rethrow_exception(exception);
  } catch (const Error& error) {
    if (signal == 0) return {error.exit_status(), error.what()};
    return {ExitStatus::TemporaryFailure,
            fmt::format("stopped by SIG{}: {}", ::sigabbrev_np(signal), error.what())};
  } catch (const std::bad_alloc&) {
    return {ExitStatus::Software, "out of memory"};
  } catch (const std::exception& error) {
    return {ExitStatus::Software,
            fmt::format("{}; this is a bug: please report it with the command line, without the "
                        "password",
                        error.what())};
  } catch (...) {
    return {ExitStatus::Software,
            "unknown exception; this is a bug: please report it with the command line"};
  }
}

}  // namespace

Failure describe_exception(const std::exception_ptr& exception, int signal) noexcept {
  try {
    return describe(exception, signal);
  } catch (...) {
    return {};  // not even the message could be made
  }
}

ExitStatus report_failure(const std::exception_ptr& exception, int signal, Log& log) noexcept {
  const Failure failure = describe_exception(exception, signal);
  try {
    log.error(failure.message);
  } catch (...) {
    return ExitStatus::Software;
  }
  return failure.status;
}

}  // namespace vrni2syslog
