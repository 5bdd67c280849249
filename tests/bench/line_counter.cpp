#include "line_counter.h"

#include <algorithm>

namespace vrni2syslog::bench {

void LineCounter::add(std::string_view piece) {
  if (piece.empty()) return;
  if (framing_ == Framing::Unknown) {
    const bool is_digit = piece.front() >= '0' && piece.front() <= '9';
    framing_ = is_digit ? Framing::Octet : Framing::LineFeed;
  }
  if (framing_ == Framing::Octet) {
    add_frames(piece);
  } else {
    add_line_feeds(piece);
  }
}

void LineCounter::add_line_feeds(std::string_view piece) {
  for (std::size_t at = piece.find('\n'); at != std::string_view::npos;
       at = piece.find('\n', at + 1))
    ++count_;
}

void LineCounter::add_frames(std::string_view piece) {
  while (!piece.empty()) {
    if (left_ > 0) {
      const std::size_t taken = std::min<std::uint64_t>(left_, piece.size());
      left_ -= taken;
      piece.remove_prefix(taken);
      if (left_ == 0) ++count_;
      continue;
    }
    const char c = piece.front();
    piece.remove_prefix(1);
    if (c == ' ') {
      left_ = length_;
      length_ = 0;
    } else {
      length_ = length_ * 10 + static_cast<std::uint64_t>(c - '0');
    }
  }
}

}  // namespace vrni2syslog::bench
