#pragma once

#include <cstdint>

namespace vrni2syslog::simulator {

/// SplitMix64's finalizer: every bit of the result depends on every bit of `value`, and different
/// values give different results.
[[nodiscard]] constexpr std::uint64_t mix(std::uint64_t value) noexcept {
  value += 0x9E3779B97F4A7C15U;
  value = (value ^ (value >> 30U)) * 0xBF58476D1CE4E5B9U;
  value = (value ^ (value >> 27U)) * 0x94D049BB133111EBU;
  return value ^ (value >> 31U);
}

/// A number that looks random and is always the same for the same seed, purpose and index, so that
/// a flow can be made again at any time instead of being kept.
[[nodiscard]] constexpr std::uint64_t hash(std::uint64_t seed, std::uint64_t purpose,
                                           std::uint64_t index) noexcept {
  return mix(mix(mix(seed) ^ purpose) ^ index);
}

/// `hash_value` as a number in [0, 1).
[[nodiscard]] constexpr double to_fraction(std::uint64_t hash_value) noexcept {
  return static_cast<double>(hash_value >> 11U) * 0x1.0p-53;
}

/// `hash_value` as a number in [0, 100).
[[nodiscard]] constexpr unsigned to_percent(std::uint64_t hash_value) noexcept {
  return static_cast<unsigned>(hash_value % 100U);
}

}  // namespace vrni2syslog::simulator
