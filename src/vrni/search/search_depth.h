#pragma once

#include <algorithm>
#include <cstdint>
#include <limits>

namespace vrni2syslog {

/// How many results of one search the platform has been seen to give before it failed. The API
/// documents no limit; its search engine's usual one is 10,000. Once known,
/// a window with more is halved after its first page, instead of being read up to the limit first.
class SearchDepth {
 public:
  /// A search failed after so many results. Far below the usual limit that may have been another
  /// fault, unless it happens at the same depth again.
  void record_failed_depth(std::uint64_t results) noexcept {
    const std::uint64_t nearly = results / 10;
    const bool is_same =
        last_failure_ + nearly >= results && last_failure_ <= results + nearly && results > 0;
    if (results >= kLeastLimit || is_same) limit_ = std::min(limit_, results);
    last_failure_ = results;
  }
  [[nodiscard]] bool is_exceeded_by(std::uint64_t results) const noexcept {
    return results > limit_;
  }

 private:
  static constexpr std::uint64_t kLeastLimit = 5'000;

  std::uint64_t last_failure_ = 0;
  std::uint64_t limit_ = std::numeric_limits<std::uint64_t>::max();
};

}  // namespace vrni2syslog
