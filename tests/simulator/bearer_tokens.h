#pragma once

#include <atomic>
#include <cstddef>
#include <string>
#include <utility>
#include <vector>

namespace vrni2syslog::simulator {

/// Bearer tokens, which somebody else gives out: one after the other is valid. Thread-safe.
class BearerTokens {
 public:
  explicit BearerTokens(std::vector<std::string> tokens) : tokens_(std::move(tokens)) {}

  [[nodiscard]] bool is_valid(const std::string& text) const {
    const std::size_t current = current_;
    return current < tokens_.size() && tokens_[current] == text;
  }
  /// Makes the next one valid in its place.
  void revoke() { ++current_; }

 private:
  std::vector<std::string> tokens_;
  std::atomic<std::size_t> current_{0};
};

}  // namespace vrni2syslog::simulator
