#pragma once

#include "base/outcome.h"

#include <cstdint>
#include <string>
#include <string_view>
#include <utility>

namespace vrni2syslog {

/// Receives what a JSON text holds, in its order. The texts are views into the body that is being
/// read: they may hold any byte, NUL included, and stay valid as long as the body does.
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

/// Whether a text could be read as JSON. If not, it may be the beginning of a text whose rest is
/// missing.
class [[nodiscard]] JsonOutcome : public Outcome {
 public:
  enum class Fault : std::uint8_t { BreaksOff, IsNoJson };

  JsonOutcome(Outcome outcome,
              Fault fault = Fault::IsNoJson)  // NOLINT(google-explicit-constructor)
      : Outcome(std::move(outcome)), fault_(fault) {}

  /// For a failure: whether the text ends before the JSON does.
  [[nodiscard]] bool breaks_off() const noexcept { return fault_ == Fault::BreaksOff; }

 private:
  Fault fault_;
};

/// Reads a JSON text (RFC 8259) without copying a string: `body` is overwritten, and some bytes of
/// padding are appended to it. Strings keep invalid UTF-8; an escaped surrogate without its partner
/// (section 8.2) becomes U+FFFD, since one such name must not make all others unreadable.
///
/// Fails for a fault of syntax, and for more than 200 levels of objects and lists. What the handler
/// was told before that is void.
[[nodiscard]] JsonOutcome read_json(std::string& body, JsonHandler& handler);

}  // namespace vrni2syslog
