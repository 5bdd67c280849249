#pragma once

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

namespace vrni2syslog {

/// Lines one after the other in one buffer, and where each ends. Knows nothing of syslog or
/// framing: a transport frames them as it copies them out. A line may have a key (the id of its
/// flow) for a collector that orders or deduplicates by one; without keys nothing is stored for
/// them.
class LineBatch {
 public:
  LineBatch() = default;
  /// Reserves room for this many lines, and for this many bytes of all lines together.
  LineBatch(std::size_t lines, std::size_t bytes) {
    ends_.reserve(lines);
    bytes_.reserve(bytes);
  }

  /// The buffer, to append one line to; end_line() must follow.
  [[nodiscard]] std::string& buffer() noexcept { return bytes_; }
  /// Ends the line. Its key is copied.
  void end_line(std::string_view key = {}) {
    if (!key.empty()) append_key(key);
    ends_.push_back(static_cast<std::uint32_t>(bytes_.size()));
  }

  [[nodiscard]] std::size_t line_count() const noexcept { return ends_.size(); }
  /// The bytes of all lines, without their keys.
  [[nodiscard]] std::size_t byte_count() const noexcept { return bytes_.size(); }
  [[nodiscard]] std::string_view line(std::size_t index) const noexcept {
    return part(bytes_, ends_, index);
  }
  /// Empty for a line without a key.
  [[nodiscard]] std::string_view key(std::size_t index) const noexcept {
    return index < key_ends_.size() ? part(keys_, key_ends_, index) : std::string_view();
  }

 private:
  [[nodiscard]] static std::string_view part(const std::string& bytes,
                                             const std::vector<std::uint32_t>& ends,
                                             std::size_t index) noexcept {
    const std::size_t begin = index == 0 ? 0 : ends[index - 1];
    return std::string_view(bytes).substr(begin, ends[index] - begin);
  }
  /// Lines before this one that have no key get an empty one.
  void append_key(std::string_view key) {
    key_ends_.resize(ends_.size(), static_cast<std::uint32_t>(keys_.size()));
    keys_ += key;
    key_ends_.push_back(static_cast<std::uint32_t>(keys_.size()));
  }

  std::string bytes_;
  std::vector<std::uint32_t> ends_;
  std::string keys_;
  std::vector<std::uint32_t> key_ends_;  ///< up to the last line that has a key
};

}  // namespace vrni2syslog
