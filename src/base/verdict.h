#pragma once

#include <array>
#include <cstdint>
#include <optional>
#include <string_view>

namespace vrni2syslog {

/// What is known of the lines of an epoch, from the least to the most. Verdicts are ordered: a
/// requirement is met by the verdict that it names and by all those after it.
enum class Verdict : std::uint8_t {
  Failed,    ///< some lines may not have arrived
  Written,   ///< handed to the kernel; the transport cannot know more (UDP, unix datagram)
  Acked,     ///< the peer's kernel has all bytes, but its process did not answer the close
  Consumed,  ///< the collector's process has read every byte, or the data is on disk
};

inline constexpr std::array kAllVerdicts{Verdict::Failed, Verdict::Written, Verdict::Acked,
                                         Verdict::Consumed};

/// The verdict in messages, in a job's state and in --report: "consumed".
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

/// The verdict that name_of() gives this name; nullopt for any other text.
[[nodiscard]] constexpr std::optional<Verdict> find_verdict(std::string_view name) noexcept {
  for (const Verdict verdict : kAllVerdicts) {
    if (name == name_of(verdict)) return verdict;
  }
  return std::nullopt;
}

}  // namespace vrni2syslog
