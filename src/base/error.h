#pragma once

#include "base/fault.h"

#include <stdexcept>
#include <string>
#include <string_view>

namespace vrni2syslog {

/// The operation cannot do its job. The message says what, where and, if there is one, the remedy;
/// it is written for the user, on one line, and never holds a secret. The fault says what a caller
/// can do about it, and how the program ends where none does.
class Error : public std::runtime_error {
 public:
  Error(Fault fault, const std::string& message);

  [[nodiscard]] Fault fault() const noexcept { return fault_; }

  /// The same error, told with what was being done: "<context>: <message>". Each layer adds context
  /// at most once.
  [[nodiscard]] Error within(std::string_view context) const;

 private:
  Fault fault_;
};

/// Makes any text fit for one line of a message: control characters become blanks, invalid UTF-8
/// becomes U+FFFD, and what is longer than `max_bytes` is cut at a character's end and marked with
/// "...". For bytes that came from outside.
[[nodiscard]] std::string printable(std::string_view text, std::size_t max_bytes = 300);

/// The text of an errno value, for messages ("No such file or directory").
[[nodiscard]] std::string errno_text(int error_number);

}  // namespace vrni2syslog
