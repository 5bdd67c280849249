#pragma once

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

namespace vrni2syslog {

/// Lines one after the other in one buffer, and where each ends. Knows nothing of syslog or
/// framing: a transport frames them as it copies them out.
class LineBatch {
 public:
  LineBatch() = default;
  /// Room for so many lines of so many bytes in all, to begin with.
  LineBatch(std::size_t lines, std::size_t bytes) {
    ends_.reserve(lines);
    bytes_.reserve(bytes);
  }

  /// The buffer, to append one line to; end_line() must follow.
  [[nodiscard]] std::string& buffer() noexcept { return bytes_; }
  void end_line() { ends_.push_back(static_cast<std::uint32_t>(bytes_.size())); }

  [[nodiscard]] std::size_t line_count() const noexcept { return ends_.size(); }
  [[nodiscard]] std::size_t byte_count() const noexcept { return bytes_.size(); }
  [[nodiscard]] std::string_view line(std::size_t index) const noexcept {
    const std::size_t begin = index == 0 ? 0 : ends_[index - 1];
    return std::string_view(bytes_).substr(begin, ends_[index] - begin);
  }

 private:
  std::string bytes_;
  std::vector<std::uint32_t> ends_;
};

}  // namespace vrni2syslog
