#pragma once

#include "base/fault.h"

#include <stdexcept>
#include <string>
#include <string_view>

namespace vrni2syslog {

/// An operation cannot do its job. The message is written for the user: it says on one line what is
/// wrong, where, and the remedy if there is one. It never holds a secret. The fault says what a
/// caller can do about it, and how the program ends if no caller does anything.
class Error : public std::runtime_error {
 public:
  Error(Fault fault, const std::string& message);

  [[nodiscard]] Fault fault() const noexcept { return fault_; }

  /// The same error with what was being done in front: "<context>: <message>". Each layer adds
  /// context at most once.
  [[nodiscard]] Error within(std::string_view context) const;

  /// The same error, of an operation that was given up only because the run had no time left for
  /// another attempt. It says nothing about whether the operation can be done.
  [[nodiscard]] Error out_of_time() const;
  [[nodiscard]] bool is_out_of_time() const noexcept { return is_out_of_time_; }

 private:
  Fault fault_;
  bool is_out_of_time_ = false;
};

/// Makes bytes that came from outside fit for one line of a message: control characters become
/// blanks, invalid UTF-8 becomes U+FFFD, and a text longer than `max_bytes`, which are at least 3,
/// is cut at the end of a character and marked with "...". The result has at most `max_bytes`, so
/// that making it printable once more changes nothing.
[[nodiscard]] std::string printable(std::string_view text, std::size_t max_bytes = 300);

/// The text of an errno value, for messages ("No such file or directory").
[[nodiscard]] std::string errno_text(int error_number);

}  // namespace vrni2syslog
