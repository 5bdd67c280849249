#pragma once

#include "app/run/exit_status.h"

#include <functional>
#include <string>
#include <string_view>

namespace vrni2syslog {

/// Writes the outcome of --check: a line for each step, which begins with "ok", "warning",
/// "FAILED" or "skipped".
class CheckReport {
 public:
  using Writer = std::function<void(std::string_view line)>;
  /// Does the step and returns the text to show; throws Error if it fails.
  using Action = std::function<std::string()>;

  explicit CheckReport(Writer writer) : writer_(std::move(writer)) {}

  /// Whether the step succeeded. Lets exceptions pass that are not an Error.
  bool step(std::string_view name, const Action& action);
  void passed(std::string_view name, std::string_view detail);
  /// Passed, but not for long.
  void warned(std::string_view name, std::string_view detail);
  void failed(std::string_view name, std::string_view detail, Fault fault);
  void skipped(std::string_view name, std::string_view reason);

  /// The exit status of the first failure; Ok if there was none.
  [[nodiscard]] ExitStatus exit_status() const noexcept { return status_; }

 private:
  void write(std::string_view outcome, std::string_view name, std::string_view detail);

  Writer writer_;
  ExitStatus status_ = ExitStatus::Ok;
};

}  // namespace vrni2syslog
