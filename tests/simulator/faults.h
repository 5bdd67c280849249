#pragma once

#include "http.h"
#include "options.h"

#include <atomic>
#include <cstdint>
#include <optional>
#include <string_view>

namespace vrni2syslog::simulator {

/// Decides, from the number of a call, what goes wrong with it. Thread-safe.
class Faults {
 public:
  explicit Faults(const FaultOptions& options) : options_(options) {}

  /// What one call suffers.
  struct Verdict {
    std::optional<Answer> answer;  ///< instead of the right one
    bool revokes_tokens = false;   ///< before the call is looked at
    bool is_stalled = false;
    bool is_cut = false;
    bool is_truncated = false;
  };

  /// Counts a call of a path below the API's base that reads data, and judges it.
  [[nodiscard]] Verdict next(std::string_view path);
  /// Spoils a right answer as the verdict says.
  static void spoil(const Verdict& verdict, Answer& answer);

 private:
  [[nodiscard]] Answer failure(int status) const;

  FaultOptions options_;
  std::atomic<std::uint64_t> calls_{0};
  std::atomic<std::uint64_t> searches_{0};
};

}  // namespace vrni2syslog::simulator
