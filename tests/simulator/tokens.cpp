#include "tokens.h"

#include "base64.h"
#include "hash.h"

#include <algorithm>

namespace vrni2syslog::simulator {

Tokens::Tokens(std::uint64_t seed, std::chrono::seconds life, std::chrono::seconds grace,
               std::size_t max_per_user)
    : seed_(mix(seed)), life_(life), grace_(grace), max_per_user_(max_per_user) {}

std::optional<Tokens::Token> Tokens::create(const std::string& user, Clock::time_point now) {
  const std::scoped_lock lock(mutex_);
  std::erase_if(holders_, [&](const auto& entry) { return entry.second.expiry <= now; });
  const auto held =
      std::ranges::count_if(holders_, [&](const auto& entry) { return entry.second.user == user; });
  if (static_cast<std::size_t>(held) >= max_per_user_) return std::nullopt;
  std::string bytes;
  for (std::uint64_t half = 0; half < 2; ++half) {
    const auto bits = hash(seed_, half, created_);
    for (unsigned shift = 0; shift < 64; shift += 8) bytes += static_cast<char>(bits >> shift);
  }
  ++created_;
  Token token{to_base64(bytes), now + life_};
  holders_.insert_or_assign(token.text, Holder{user, token.expiry + grace_});
  return token;
}

bool Tokens::is_valid(const std::string& text, Clock::time_point now) const {
  const std::scoped_lock lock(mutex_);
  const auto holder = holders_.find(text);
  return holder != holders_.end() && holder->second.expiry > now;
}

bool Tokens::remove(const std::string& text, Clock::time_point now) {
  const std::scoped_lock lock(mutex_);
  const auto holder = holders_.find(text);
  if (holder == holders_.end()) return false;
  const bool was_valid = holder->second.expiry > now;
  holders_.erase(holder);
  return was_valid;
}

void Tokens::remove_all() {
  const std::scoped_lock lock(mutex_);
  holders_.clear();
}

std::size_t Tokens::valid_count(Clock::time_point now) const {
  const std::scoped_lock lock(mutex_);
  return static_cast<std::size_t>(std::ranges::count_if(
      holders_, [&](const auto& entry) { return entry.second.expiry > now; }));
}

}  // namespace vrni2syslog::simulator
