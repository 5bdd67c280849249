#pragma once

#include <cstring>
#include <string>
#include <string_view>
#include <utility>

namespace vrni2syslog {

/// Overwrites a text, and the memory behind its end, and empties it.
inline void wipe(std::string& text) noexcept {
  // All of the memory is wiped, since a moved-from string has no length but may still hold
  // characters. Compilers drop other writes to memory that is about to be freed.
  text.resize(text.capacity());
  ::explicit_bzero(text.data(), text.size());
  text.clear();
}

/// A password or token. It has no conversion and no formatter, so that it cannot be printed by
/// accident, and its memory is wiped when it is destroyed.
class Secret {
 public:
  Secret() = default;
  explicit Secret(std::string value) : value_(std::move(value)) {}
  Secret(const Secret&) = default;
  // Moving a short string copies its characters: those that are left behind are wiped too.
  Secret(Secret&& other) noexcept : value_(std::move(other.value_)) { other.wipe(); }
  Secret& operator=(const Secret& other) {
    if (this != &other) *this = Secret(other);
    return *this;
  }
  Secret& operator=(Secret&& other) noexcept {
    wipe();
    value_.swap(other.value_);
    return *this;
  }
  ~Secret() { wipe(); }

  [[nodiscard]] bool empty() const noexcept { return value_.empty(); }
  /// The secret itself. Only the code that sends it may call this.
  [[nodiscard]] std::string_view reveal() const noexcept { return value_; }

 private:
  void wipe() noexcept { vrni2syslog::wipe(value_); }

  std::string value_;
};

}  // namespace vrni2syslog
