#pragma once

#include "base/log.h"
#include "base/signing_key.h"
#include "delivery/checkpoint/chain_end.h"
#include "format/line_format.h"

#include <cstddef>
#include <optional>
#include <string>
#include <vector>

namespace vrni2syslog {

/// The chains of a run: ties each manifest of a collector to the one before it, and signs it.
/// Nothing of a chain is lost or skipped by a manifest that nobody confirms, since the next one
/// names the same one before it. Used by one thread at a time.
class ManifestChains {
 public:
  /// `ends` are those of the collectors, by their numbers. `log` must outlive it; it is told where
  /// a chain loses its key.
  ManifestChains(std::vector<ChainEnd> ends, std::optional<ManifestKeys> keys, Log& log);

  /// Sets the manifest's link to the end of the collector's chain, and signs it as a manifest of
  /// `format`. Returns where the chain ends once the collector has confirmed it.
  [[nodiscard]] ChainEnd tie(std::size_t collector, Manifest& manifest, const LineFormat& format);

  /// The collector has confirmed the manifest for which tie() returned `end`.
  void extend(std::size_t collector, const ChainEnd& end) { ends_.at(collector) = end; }

 private:
  [[nodiscard]] ManifestLink link_to(const ChainEnd& end);
  void change_key(ManifestLink& link, const ChainEnd& end);
  /// Says in the link why the chain begins. Logs the first beginning of a run.
  void begin_chain(ManifestLink& link, const ChainEnd& end);
  /// Logs the first loss of a key in a run.
  void tell_loss(const char* text);

  std::vector<ChainEnd> ends_;
  std::optional<ManifestKeys> keys_;
  Log& log_;
  bool has_told_loss_ = false;
  bool has_told_beginning_ = false;
};

}  // namespace vrni2syslog
