#pragma once

#include "options.h"

#include <cstdint>
#include <map>
#include <mutex>

namespace vrni2syslog::simulator {

/// Which flows a fetch does not find although they exist. Thread-safe.
class FetchMisses {
 public:
  explicit FetchMisses(const FetchOptions& options) : options_(options) {}

  /// Counts that the flow was asked for.
  [[nodiscard]] bool is_missed(std::uint32_t flow);
  /// Whether the platform refuses every batch with this flow.
  [[nodiscard]] bool is_rejected(std::uint32_t flow) const noexcept;

 private:
  FetchOptions options_;
  std::mutex mutex_;
  std::map<std::uint32_t, std::uint32_t> missed_;  ///< how often, by flow
};

}  // namespace vrni2syslog::simulator
