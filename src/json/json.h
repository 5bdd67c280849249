#pragma once

#include <optional>
#include <string>
#include <string_view>

namespace vrni2syslog {

/// Receives what a JSON text holds, in the order in which it stands there. The texts are views into
/// the body that is being read: they may hold any byte, NUL included, and stay valid as long as the
/// body does.
class JsonHandler {
 public:
  JsonHandler() = default;
  JsonHandler(const JsonHandler&) = delete;
  JsonHandler& operator=(const JsonHandler&) = delete;
  virtual ~JsonHandler() = default;

  virtual void key(std::string_view name) = 0;
  /// A string, a number as it was written, "true" or "false".
  virtual void scalar(std::string_view text) = 0;
  virtual void null() = 0;
  virtual void begin_object() = 0;
  virtual void end_object() = 0;
  virtual void begin_array() = 0;
  virtual void end_array() = 0;
};

/// Reads a JSON text (RFC 8259) without copying a string: `body` is overwritten, and some bytes of
/// padding are appended to it. Strings keep invalid UTF-8; an escaped surrogate without its partner
/// becomes U+FFFD. Returns what is wrong with the text, or
/// that it is nested more than 200 levels deep, for a message, or nothing; what the handler was
/// told before that is void.
[[nodiscard]] std::optional<std::string> read_json(std::string& body, JsonHandler& handler);

/// Appends a text as a JSON string, with its quotes.
void append_json_string(std::string& out, std::string_view text);

}  // namespace vrni2syslog
