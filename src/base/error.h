#pragma once

#include "base/exit_status.h"

#include <stdexcept>
#include <string>
#include <string_view>

namespace vrni2syslog {

/// The operation cannot do its job. The message says what, where and, if there is one, the remedy;
/// it is written for the user, on one line, and never holds a secret. The exit status is how the
/// program ends if nobody handles the error.
class Error : public std::runtime_error {
 public:
  Error(ExitStatus status, const std::string& message);

  [[nodiscard]] ExitStatus exit_status() const noexcept { return status_; }

  /// The same error, told with what was being done: "<context>: <message>". Each layer adds context
  /// at most once.
  [[nodiscard]] Error within(std::string_view context) const;

  /// The same error, marked as one that trying again cannot cure: somebody has to change something
  /// first.
  [[nodiscard]] Error lasting() const;
  [[nodiscard]] bool is_lasting() const noexcept { return is_lasting_; }

 private:
  ExitStatus status_;
  bool is_lasting_ = false;
};

/// Makes any text fit for one line of a message: control characters become blanks, invalid UTF-8
/// becomes U+FFFD, and what is longer than `max_bytes` is cut at a character's end and marked with
/// "...". For bytes that came from outside.
[[nodiscard]] std::string printable(std::string_view text, std::size_t max_bytes = 300);

/// The text of an errno value, for messages ("No such file or directory").
[[nodiscard]] std::string errno_text(int error_number);

}  // namespace vrni2syslog
