#pragma once

#include <cstdint>
#include <string_view>

namespace vrni2syslog::bench {

/// Counts the lines of a stream that comes in pieces, in either framing: octet counting where the
/// first byte is a digit (RFC 6587 section 3.4.1), otherwise line feeds.
class LineCounter {
 public:
  void add(std::string_view piece);
  [[nodiscard]] std::uint64_t count() const noexcept { return count_; }

 private:
  enum class Framing : std::uint8_t { Unknown, LineFeed, Octet };

  void add_line_feeds(std::string_view piece);
  void add_frames(std::string_view piece);

  Framing framing_ = Framing::Unknown;
  std::uint64_t count_ = 0;
  std::uint64_t length_ = 0;  ///< the digits of a frame's length so far
  std::uint64_t left_ = 0;    ///< bytes of the frame that are still to come
};

}  // namespace vrni2syslog::bench
