#pragma once

#include "flow/flow_field.h"

#include <array>
#include <bit>
#include <cstddef>
#include <cstdint>

namespace vrni2syslog {

/// A set of fields. Going through it takes time only for the fields that it holds.
class FlowFieldSet {
 public:
  void insert(FlowField field) noexcept { word_of(field) |= bit_of(field); }
  void erase(FlowField field) noexcept { word_of(field) &= ~bit_of(field); }
  [[nodiscard]] bool contains(FlowField field) const noexcept {
    return (words_[index_of(field)] & bit_of(field)) != 0;
  }
  [[nodiscard]] std::size_t size() const noexcept {
    std::size_t size = 0;
    for (const std::uint64_t word : words_) size += static_cast<std::size_t>(std::popcount(word));
    return size;
  }
  /// Calls `visit(field)` for each, in the order of FlowField.
  template <typename Visit>
  void for_each(const Visit& visit) const {
    for (std::size_t i = 0; i < kWords; ++i) {
      for (std::uint64_t left = words_[i]; left != 0; left &= left - 1) {
        const std::size_t bit = static_cast<std::size_t>(std::countr_zero(left));
        visit(static_cast<FlowField>(i * kBits + bit));
      }
    }
  }

 private:
  static constexpr std::size_t kBits = 64;
  static constexpr std::size_t kWords = (kFlowFieldCount + kBits - 1) / kBits;

  [[nodiscard]] static std::size_t index_of(FlowField field) noexcept {
    return static_cast<std::size_t>(field) / kBits;
  }
  [[nodiscard]] static std::uint64_t bit_of(FlowField field) noexcept {
    return std::uint64_t{1} << (static_cast<std::size_t>(field) % kBits);
  }
  [[nodiscard]] std::uint64_t& word_of(FlowField field) noexcept { return words_[index_of(field)]; }

  std::array<std::uint64_t, kWords> words_{};
};

}  // namespace vrni2syslog
