#include "app/exit_report.h"

#include "base/error.h"

#include <fmt/format.h>

#include <cstring>
#include <new>

namespace vrni2syslog {
namespace {

[[nodiscard]] ExitStatus report(const std::exception_ptr& failure, int signal, Log& log) {
  try {
    std::rethrow_exception(failure);
  } catch (const Error& error) {
    if (signal == 0) {
      log.error(error.what());
      return error.exit_status();
    }
    log.error(fmt::format("stopped by SIG{}: {}", ::sigabbrev_np(signal), error.what()));
    return ExitStatus::TemporaryFailure;
  } catch (const std::bad_alloc&) {
    log.error("out of memory");
  } catch (const std::exception& error) {
    log.error(
        fmt::format("{}; this is a bug: please report it with the command line, without the "
                    "password",
                    error.what()));
  } catch (...) {
    log.error("unknown exception; this is a bug: please report it with the command line");
  }
  return ExitStatus::Software;
}

}  // namespace

ExitStatus report_failure(const std::exception_ptr& failure, int signal, Log& log) noexcept {
  try {
    return report(failure, signal, log);
  } catch (...) {
    return ExitStatus::Software;  // not even the message could be made
  }
}

}  // namespace vrni2syslog
