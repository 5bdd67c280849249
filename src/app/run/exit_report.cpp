#include "app/run/exit_report.h"

#include "app/options/options.h"
#include "app/run/console.h"
#include "app/run/job_status.h"
#include "app/run/state_command.h"
#include "app/run/terminal.h"
#include "app/settings/settings.h"
#include "base/clock.h"
#include "base/error.h"

#include <fmt/format.h>

#include <cerrno>
#include <cstring>
#include <new>
#include <optional>
#include <string>
#include <string_view>
#include <system_error>
#include <unistd.h>

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

/// --log-format, or what suits standard error if the option is wrong.
[[nodiscard]] LogFormat readable_log_format(const OptionValues& values,
                                            const Environment& environment) {
  const LogFormat automatic = log_format_of_standard_error(environment);
  try {
    return make_log_format(values, automatic);
  } catch (const Error&) {
    return automatic;
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

ExitStatus report_failure(const std::exception_ptr& exception, int signal, Log& log,
                          std::string_view job) noexcept {
  const Failure failure = describe_exception(exception, signal);
  try {
    const int code = static_cast<int>(failure.status);
    log.error(LogEvent::RunFailed,
              fmt::format("{} ({}exit code {})", failure.message,
                          job.empty() ? "" : fmt::format("job {}, ", printable(job)), code),
              {{"exit_code", code}});
  } catch (...) {
    return ExitStatus::Software;
  }
  return failure.status;
}

ExitStatus report_end(const OptionValues& values, const std::exception_ptr& failure, int signal,
                      Log& log, std::string_view job) noexcept {
  try {
    if (!is_monitoring_plugin(values)) return report_failure(failure, signal, log, job);
    const auto [text, status] = nagios_unknown(describe_exception(failure, signal).message);
    if (write_text(STDOUT_FILENO, text) == 0) return status;
  } catch (...) {
    // The log needs less than the line.
  }
  static_cast<void>(report_failure(failure, signal, log, job));
  return ExitStatus::MonitorUnknown;
}

ExitStatus report_early_end(const std::exception_ptr& failure,
                            const std::vector<std::string>& arguments,
                            const Environment& environment) noexcept {
  try {
    const OptionValues values({readable_options(arguments), environment.readable_options()});
    Console console({LogLevel::Warning, readable_log_format(values, environment)}, std::nullopt,
                    system_clock());
    const std::string job = values.text(Option::Job);
    if (!job.empty()) console.log().add_context({"job", job});
    return report_end(values, failure, 0, console.log(), job);
  } catch (...) {
    Log log(LogLevel::Warning, LogFormat::Text);
    return report_failure(failure, 0, log);
  }
}

}  // namespace vrni2syslog
