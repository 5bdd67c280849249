#pragma once

#include "../support/valid_utf8.h"
#include "base/error.h"

#include <algorithm>
#include <initializer_list>
#include <optional>
#include <stdexcept>
#include <string>
#include <string_view>
#include <utility>

namespace vrni2syslog::testing {

/// States a property that must hold for every input. A fuzzer takes the exception for a crash,
/// replay_main reports it.
inline void require(bool holds, std::string_view what, std::string_view shown = {}) {
  if (!holds) throw std::logic_error(std::string(what) + ": " + std::string(shown.substr(0, 4000)));
}

/// Whether a text can stand in a message: valid UTF-8 on one line, without control characters.
[[nodiscard]] inline bool is_one_line(std::string_view text) {
  return is_valid_utf8(text) && std::ranges::none_of(text, [](char c) {
           return static_cast<unsigned char>(c) < 0x20 || c == 0x7F;
         });
}

/// A text that is shown to the user: one line, not empty, and the same if it is cleaned again.
inline void require_message(std::string_view text) {
  require(!text.empty() && is_one_line(text), "a message is not one line", text);
  require(printable(text, std::string_view::npos) == text, "a message is not clean", text);
}

/// The result of `action`; nullopt if it refuses its input, which it may do only by an Error of one
/// of `faults` with a message that can be shown.
template <typename Action>
[[nodiscard]] auto result_unless_refused(std::initializer_list<Fault> faults, Action&& action)
    -> std::optional<decltype(action())> {
  try {
    return std::forward<Action>(action)();
  } catch (const Error& error) {
    require(std::ranges::find(faults, error.fault()) != faults.end(),
            "bad input is blamed on something else", error.what());
    require_message(error.what());
    return std::nullopt;
  }
}

}  // namespace vrni2syslog::testing
