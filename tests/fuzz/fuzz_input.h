#pragma once

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>

namespace vrni2syslog::testing {

/// The bytes of a fuzzer, taken from the front as values. After the end everything is zero or
/// empty.
class FuzzInput {
 public:
  FuzzInput(const std::uint8_t* data, std::size_t size)
      : rest_(reinterpret_cast<const char*>(data), size) {}

  [[nodiscard]] bool is_empty() const noexcept { return rest_.empty(); }

  std::uint8_t byte() {
    if (rest_.empty()) return 0;
    const char c = rest_.front();
    rest_.remove_prefix(1);
    return static_cast<std::uint8_t>(c);
  }

  std::uint64_t number(std::size_t bytes) {
    std::uint64_t value = 0;
    while (bytes-- > 0) value = value << 8U | byte();
    return value;
  }

  std::string_view bytes(std::size_t count) {
    const std::string_view part = rest_.substr(0, count);
    rest_.remove_prefix(part.size());
    return part;
  }

  std::string_view all() { return bytes(rest_.size()); }

  /// A text of any bytes: most often a short one, but also a piece that is repeated up to a
  /// thousand times.
  std::string text() {
    const std::uint8_t kind = byte();
    if (kind < 224) return std::string(bytes(kind % 64U));
    const std::string_view piece = bytes(1U + kind % 8U);
    const std::size_t times = std::size_t{1} << (byte() % 11U);
    std::string text;
    for (std::size_t i = 0; i < times; ++i) text += piece;
    return text;
  }

 private:
  std::string_view rest_;
};

}  // namespace vrni2syslog::testing
