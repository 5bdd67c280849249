#pragma once

#include "base/verdict.h"
#include "delivery/checkpoint/chain_end.h"
#include "flow/time_window.h"

#include <cstddef>
#include <map>
#include <optional>
#include <string>
#include <vector>

namespace vrni2syslog {

/// A collector's confirmation of a unit.
struct Confirmation {
  Verdict verdict = Verdict::Failed;
  /// Where its chain of manifests ends now; nullopt if the unit had no manifest in a chain.
  std::optional<ChainEnd> chain{};
};

/// Those of the collectors that have confirmed a unit, by their numbers among the job's.
using Confirmations = std::map<std::size_t, Confirmation>;

/// The record of what each collector has confirmed.
class Ledger {
 public:
  Ledger() = default;
  Ledger(const Ledger&) = delete;
  Ledger& operator=(const Ledger&) = delete;
  virtual ~Ledger() = default;

  /// The time up to which each collector has confirmed everything, in the order of their numbers.
  [[nodiscard]] virtual std::vector<UnixSeconds> watermarks() const = 0;

  /// The windows that each collector is owed, in the order of their numbers.
  [[nodiscard]] virtual std::vector<std::vector<TimeWindow>> owed() const = 0;

  /// Writes down, safe against crashes, that the unit could not be read for these collectors: they
  /// are owed it from now on, and go on with the units after it. Returns false, and changes
  /// nothing, if too much is owed already. Throws Error if it cannot be written down.
  [[nodiscard]] virtual bool owe(const TimeWindow& unit,
                                 const std::vector<std::size_t>& collectors) = 0;

  /// Writes down, safe against crashes, which collectors have confirmed the unit. A unit that
  /// starts after a collector's watermark does not move it, since the collector lacks what is in
  /// between. Throws Error if that cannot be done.
  virtual void confirm(const TimeWindow& unit, const Confirmations& confirmations) = 0;

  /// Where the chain of manifests of each collector ends, in the order of their numbers.
  [[nodiscard]] virtual std::vector<ChainEnd> chains() const = 0;

  /// For a collector that keeps its progress itself, together with the flows: what it will be once
  /// the collector has confirmed the unit (nullopt for a late epoch, which confirms none), and its
  /// chain ends at `chain`. Empty if nothing is to be kept, as here.
  [[nodiscard]] virtual std::string progress_after(std::size_t /*collector*/,
                                                   const std::optional<TimeWindow>& /*unit*/,
                                                   const std::optional<ChainEnd>& /*chain*/) const {
    return {};
  }

  /// Writes down, safe against crashes, where the chains of these collectors end now, after late
  /// epochs, which confirm no unit. Throws Error if that cannot be done.
  virtual void extend_chains(const std::map<std::size_t, ChainEnd>& ends) = 0;
};

}  // namespace vrni2syslog
