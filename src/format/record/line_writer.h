#pragma once

#include <cstddef>
#include <span>
#include <string_view>

namespace vrni2syslog {

/// Writes one line into room of a fixed size. Text that does not fit is counted but not written, so
/// that the same code measures a line and writes it. Does not own the room; without any, it only
/// counts.
class LineWriter {
 public:
  LineWriter() = default;
  explicit LineWriter(std::span<char> room) noexcept : room_(room) {}

  void put(std::string_view text) noexcept {
    if (size_ + text.size() <= room_.size()) text.copy(room_.data() + size_, text.size());
    size_ += text.size();
  }
  void put(char c) noexcept {
    if (size_ < room_.size()) room_[size_] = c;
    ++size_;
  }

  /// The size of everything put, whether it fitted or not.
  [[nodiscard]] std::size_t size() const noexcept { return size_; }
  [[nodiscard]] bool fits() const noexcept { return size_ <= room_.size(); }
  /// Takes back what was put after size() was `size`.
  void rewind(std::size_t size) noexcept { size_ = size; }
  /// The line. May be called only if it fits.
  [[nodiscard]] std::string_view text() const noexcept { return {room_.data(), size_}; }

 private:
  std::span<char> room_;
  std::size_t size_ = 0;
};

}  // namespace vrni2syslog
