#pragma once

#include "base/verdict.h"
#include "flow/time_window.h"

#include <cstddef>
#include <vector>

namespace vrni2syslog {

/// A collector has confirmed a unit.
struct Confirmation {
  std::size_t collector;  ///< its number among the job's
  Verdict verdict;        ///< what it confirmed
};

/// Where it is written down which collector has got what.
class Ledger {
 public:
  Ledger() = default;
  Ledger(const Ledger&) = delete;
  Ledger& operator=(const Ledger&) = delete;
  virtual ~Ledger() = default;

  /// Up to where each collector has confirmed everything.
  [[nodiscard]] virtual std::vector<UnixSeconds> watermarks() const = 0;

  /// Writes down, safe against crashes, who has confirmed the unit. Throws Error where that cannot
  /// be done.
  virtual void confirm(const TimeWindow& unit, const std::vector<Confirmation>& confirmations) = 0;
};

}  // namespace vrni2syslog
