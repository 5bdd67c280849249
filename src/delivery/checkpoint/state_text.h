#pragma once

#include "base/verdict.h"
#include "flow/time_window.h"

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace vrni2syslog {

/// Appends "NAME: VALUE" and a line feed. Control characters and backslashes of the value are
/// escaped.
void append_state_line(std::string& text, std::string_view name, std::string_view value);
/// Appends the last line of a file: the SHA-256 over all before it.
void append_state_digest(std::string& text);

/// The number in the first line of a file, after `magic`, which names the kind of file. Throws
/// Error(CannotWrite) if the file is empty or begins in another way, and Error(Configuration) if
/// the number is not from `oldest` to `newest`.
int require_state_version(std::string_view text, std::string_view magic, int oldest, int newest);

/// Throws Error(CannotWrite) that says in which way the file is damaged.
[[noreturn]] void throw_damaged_state(std::string_view how);

/// Takes line after line off the text of a file: those between the first, which has the version,
/// and the last, which has the digest. Everything throws Error(CannotWrite) if the text is not as
/// append_state_line() and append_state_digest() have written it.
class StateLines {
 public:
  /// `text` must outlive it.
  explicit StateLines(std::string_view text);

  [[nodiscard]] bool is_at_end() const noexcept { return rest_.empty(); }
  /// Whether the next line has that name.
  [[nodiscard]] bool is_before(std::string_view name) const noexcept;

  /// The value of the next line, which must have that name.
  [[nodiscard]] std::string value_of(std::string_view name);
  [[nodiscard]] std::uint64_t number_of(std::string_view name);
  /// nullopt if the value is empty; optional_time_of() and optional_verdict_of() do the same.
  [[nodiscard]] std::optional<std::uint64_t> optional_number_of(std::string_view name);
  [[nodiscard]] UnixSeconds time_of(std::string_view name);
  [[nodiscard]] std::optional<UnixSeconds> optional_time_of(std::string_view name);
  [[nodiscard]] TimeWindow window_of(std::string_view name);
  [[nodiscard]] std::optional<Verdict> optional_verdict_of(std::string_view name);

 private:
  std::string_view rest_;
};

}  // namespace vrni2syslog
