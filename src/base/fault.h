#pragma once

#include <cstdint>

namespace vrni2syslog {

/// Why something failed, as far as a caller may act on it. The program's exit status follows from
/// it (app/run/exit_status.h).
enum class Fault : std::uint8_t {
  Usage,          ///< the command line is wrong
  Configuration,  ///< the configuration is wrong, or what it names cannot be used
  Data,           ///< the platform's answers cannot be read
  Unreachable,    ///< the platform or a collector cannot be reached, or does not answer
  Refused,        ///< a peer or a proxy refuses us, or we refuse the peer's certificate
  LoginRefused,   ///< the platform or a collector refuses the login
  Unconfirmed,    ///< a collector has not confirmed the lines that it was sent
  Interrupted,    ///< the run was stopped, or its deadline has passed
  Busy,           ///< another process uses the same state
  CannotCreate,   ///< a state or output file cannot be created
  CannotWrite,    ///< output or state cannot be written
  OutputClosed,   ///< nobody reads standard output any more, as after `| head -1`
  Bug             ///< a mistake in this program
};

/// Whether trying again may help although nobody has changed anything.
[[nodiscard]] constexpr bool may_pass(Fault fault) noexcept {
  return fault == Fault::Unreachable || fault == Fault::Unconfirmed ||
         fault == Fault::Interrupted || fault == Fault::Busy;
}

/// Whether a peer does not let us in, which it would not do the next time either.
[[nodiscard]] constexpr bool is_refusal(Fault fault) noexcept {
  return fault == Fault::Refused || fault == Fault::LoginRefused;
}

/// Whether a peer could not be reached or did not let us in.
[[nodiscard]] constexpr bool is_out_of_reach(Fault fault) noexcept {
  return fault == Fault::Unreachable || is_refusal(fault);
}

}  // namespace vrni2syslog
