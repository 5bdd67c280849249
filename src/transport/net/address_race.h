#pragma once

#include "base/clock.h"
#include "transport/net/socket_address.h"

#include <chrono>
#include <cstddef>
#include <optional>
#include <vector>

namespace vrni2syslog {

/// The addresses in the order in which they are to be tried (RFC 8305 section 4): IPv6 and IPv4
/// take turns, beginning with the family of the first address, so that a dead IPv6 network costs
/// one attempt and not many.
[[nodiscard]] std::vector<SocketAddress> interleave_families(std::vector<SocketAddress> addresses);

/// Decides when each of a host's addresses is tried ("Happy Eyeballs", RFC 8305 section 5): one
/// after the other, each a short delay after the one before, or at once when one fails. An address
/// that does not answer costs no more than that delay. The addresses are known by their numbers,
/// from 0 to `count` - 1.
class AddressRace {
 public:
  /// The RFC's recommendation.
  static constexpr std::chrono::milliseconds kAttemptDelay{250};

  explicit AddressRace(std::size_t count) : states_(count, State::Waiting) {}

  /// The address that is to be tried now; nullopt if none is due.
  [[nodiscard]] std::optional<std::size_t> take_due(SteadyTime now);
  /// When take_due() has the next one; SteadyTime::max() if all have been tried.
  [[nodiscard]] SteadyTime next_due() const noexcept;
  /// An attempt has failed, or the connection that it led to was of no use.
  void fail(std::size_t address, SteadyTime now);
  /// An attempt has led to a connection. The other attempts in progress are given up; their
  /// addresses are tried again only if the caller calls fail() for this one.
  void win(std::size_t address);
  /// Whether every address has failed.
  [[nodiscard]] bool is_lost() const noexcept;

 private:
  enum class State { Waiting, Tried, Failed };

  std::vector<State> states_;
  SteadyTime next_start_ = SteadyTime::min();
};

}  // namespace vrni2syslog
