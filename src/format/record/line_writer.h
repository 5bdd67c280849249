#pragma once

#include <array>
#include <cassert>
#include <cstddef>
#include <cstring>
#include <span>
#include <string_view>

namespace vrni2syslog {

/// A text that nearly every line repeats, such as the name of a parameter. A LineWriter copies it
/// together with the padding behind it: a number of bytes that the compiler knows is copied faster.
class RepeatedText {
 public:
  static constexpr std::size_t kMaxBytes = 48;

  RepeatedText() = default;
  /// Of at most kMaxBytes.
  explicit RepeatedText(std::string_view text) noexcept
      : size_(text.copy(bytes_.data(), kMaxBytes)) {
    assert(size_ == text.size());
  }

  [[nodiscard]] std::string_view text() const noexcept { return {bytes_.data(), size_}; }

 private:
  friend class LineWriter;

  std::array<char, kMaxBytes> bytes_{};
  std::size_t size_ = 0;
};

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
  // Behind size(), the room may hold anything after these.

  /// Puts a text if `copy(text, out)`, which writes it to its place in the room, returns true.
  /// Otherwise, and if the text does not fit, returns false, and nothing is put.
  template <typename Copy>
  [[nodiscard]] bool put_if(std::string_view text, const Copy& copy) noexcept {
    if (size_ + text.size() > room_.size() || !copy(text, room_.data() + size_)) return false;
    size_ += text.size();
    return true;
  }
  /// The same for a text and what stands around it; false also if there is little room.
  template <typename Copy>
  [[nodiscard]] bool put_between_if(const RepeatedText& before, std::string_view text, char after,
                                    const Copy& copy) noexcept {
    if (size_ + RepeatedText::kMaxBytes + text.size() + 1 > room_.size()) return false;
    char* const out = room_.data() + size_;
    std::memcpy(out, before.bytes_.data(), RepeatedText::kMaxBytes);
    if (!copy(text, out + before.size_)) return false;
    out[before.size_ + text.size()] = after;
    size_ += before.size_ + text.size() + 1;
    return true;
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
