#pragma once

#include "base/timestamp.h"
#include "delivery/checkpoint/state_text.h"
#include "fuzz_input.h"

#include <chrono>
#include <string>
#include <string_view>

namespace vrni2syslog::testing {

/// The text with a digest behind it that is right, without which no file of the state is read.
[[nodiscard]] inline std::string with_digest(std::string_view text) {
  std::string whole(text);
  append_state_digest(whole);
  return whole;
}

[[nodiscard]] inline UnixSeconds read_time(FuzzInput& input) {
  return UnixSeconds(std::chrono::seconds(input.number(4)));
}

}  // namespace vrni2syslog::testing
