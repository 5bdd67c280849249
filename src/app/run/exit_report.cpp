#include "app/run/exit_report.h"

#include "base/error.h"

#include <fmt/format.h>

#include <cerrno>
#include <cstring>
#include <new>
#include <string_view>
#include <system_error>

namespace vrni2syslog {
namespace {

constexpr std::string_view kRaiseLimits =
    "raise the limits that it runs under (ulimit; those of the service or the container), or let "
    "other programs leave it more";

/// Whether the machine or its limits leave this process too few threads, descriptors or memory.
[[nodiscard]] bool is_shortage(const std::error_code& error) {
  // Asio's errors are of a category of its own, which knows no conditions.
  const std::string_view category = error.category().name();
  if (category != "generic" && !category.ends_with("system")) return false;
  return error.value() == EAGAIN || error.value() == ENOMEM || error.value() == EMFILE ||
         error.value() == ENFILE;
}

[[nodiscard]] Failure bug(const char* what) {
  return {ExitStatus::Software,
          fmt::format("{}; this is a bug: please report it with the command line, without the "
                      "password",
                      what)};
}

[[nodiscard]] Failure describe(const std::exception_ptr& exception, int signal) {
  try {
    std::rethrow_exception(exception);
  } catch (const Error& error) {
    if (signal == 0) return {exit_status_of(error.fault()), error.what()};
    return {ExitStatus::TemporaryFailure,
            fmt::format("stopped by SIG{}: {}", ::sigabbrev_np(signal), error.what())};
  } catch (const std::bad_alloc&) {
    return {ExitStatus::TemporaryFailure, fmt::format("out of memory; {}", kRaiseLimits)};
  } catch (const std::system_error& error) {
    if (!is_shortage(error.code())) return bug(error.what());
    return {ExitStatus::TemporaryFailure,
            fmt::format("cannot go on: {}; {}", error.what(), kRaiseLimits)};
  } catch (const std::exception& error) {
    return bug(error.what());
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
    log.error(LogEvent::RunFailed, failure.message);
  } catch (...) {
    return ExitStatus::Software;
  }
  return failure.status;
}

}  // namespace vrni2syslog
