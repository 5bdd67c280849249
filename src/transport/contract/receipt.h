#pragma once

#include <string>

namespace vrni2syslog {

/// What is known of the lines of an epoch, from the least to the most. Ordered: a demand is met by
/// its own verdict and those after it.
enum class Verdict {
  Failed,    ///< some may not have arrived
  Written,   ///< handed to the kernel; the transport cannot know more (UDP, unix datagram)
  Acked,     ///< the peer's kernel has all bytes, but its process did not answer the close
  Consumed,  ///< the collector's process has read every byte, or the data is on disk
};

/// The detail where the peer ended its side before we ended ours.
inline constexpr const char* kClosedEarly = "the collector closed the connection before the end";

/// How a transport ended.
struct Receipt {
  Verdict verdict = Verdict::Failed;
  std::string detail;  ///< for the user: what was missing, and the remedy; empty where there is
                       ///< nothing to say
};

[[nodiscard]] constexpr const char* name_of(Verdict verdict) noexcept {
  switch (verdict) {
    case Verdict::Failed:
      return "failed";
    case Verdict::Written:
      return "written";
    case Verdict::Acked:
      return "acked";
    case Verdict::Consumed:
      return "consumed";
  }
  return "failed";
}

}  // namespace vrni2syslog
