#include "transport/net/address_race.h"

#include <algorithm>
#include <utility>

namespace vrni2syslog {

std::vector<SocketAddress> interleave_families(std::vector<SocketAddress> addresses) {
  const auto is_of_first_family = [&](const SocketAddress& address) {
    return address.family() == addresses.front().family();
  };
  std::vector<SocketAddress> firsts;
  std::vector<SocketAddress> others;
  for (const SocketAddress& address : addresses)
    (is_of_first_family(address) ? firsts : others).push_back(address);

  std::vector<SocketAddress> order;
  for (std::size_t i = 0; i < std::max(firsts.size(), others.size()); ++i) {
    if (i < firsts.size()) order.push_back(firsts[i]);
    if (i < others.size()) order.push_back(others[i]);
  }
  return order;
}

std::optional<std::size_t> AddressRace::take_due(SteadyTime now) {
  if (now < next_start_) return std::nullopt;
  const auto next = std::ranges::find(states_, State::Waiting);
  if (next == states_.end()) return std::nullopt;
  *next = State::Tried;
  next_start_ = now + kAttemptDelay;
  return static_cast<std::size_t>(next - states_.begin());
}

SteadyTime AddressRace::next_due() const noexcept {
  return std::ranges::find(states_, State::Waiting) == states_.end() ? SteadyTime::max()
                                                                     : next_start_;
}

void AddressRace::fail(std::size_t address, SteadyTime now) {
  states_[address] = State::Failed;
  next_start_ = now;
}

void AddressRace::win(std::size_t address) {
  std::ranges::replace(states_, State::Tried, State::Waiting);
  states_[address] = State::Tried;
}

bool AddressRace::is_lost() const noexcept {
  return std::ranges::all_of(states_, [](State state) { return state == State::Failed; });
}

}  // namespace vrni2syslog
