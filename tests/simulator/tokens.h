#pragma once

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <limits>
#include <map>
#include <mutex>
#include <optional>
#include <string>

namespace vrni2syslog::simulator {

/// The tokens that the platform has given out. Thread-safe.
class Tokens {
 public:
  using Clock = std::chrono::system_clock;

  static constexpr std::size_t kNoLimit = std::numeric_limits<std::size_t>::max();

  struct Token {
    std::string text;
    Clock::time_point expiry;
  };

  /// A token says that it ends after `life`, and is valid for `grace` longer.
  Tokens(std::uint64_t seed, std::chrono::seconds life, std::chrono::seconds grace,
         std::size_t max_per_user);

  /// Nothing if the user has as many valid tokens as one may have.
  [[nodiscard]] std::optional<Token> create(const std::string& user, Clock::time_point now);
  [[nodiscard]] bool is_valid(const std::string& text, Clock::time_point now) const;
  /// Whether there was such a valid token.
  bool remove(const std::string& text, Clock::time_point now);
  /// Makes every token invalid.
  void remove_all();
  [[nodiscard]] std::size_t valid_count(Clock::time_point now) const;

 private:
  struct Holder {
    std::string user;
    Clock::time_point expiry;
  };

  mutable std::mutex mutex_;
  std::map<std::string, Holder> holders_;  ///< by token
  std::uint64_t seed_;
  std::chrono::seconds life_;
  std::chrono::seconds grace_;
  std::size_t max_per_user_;
  std::uint64_t created_ = 0;
};

}  // namespace vrni2syslog::simulator
