#pragma once

#include "base/clock.h"
#include "base/sha256.h"
#include "flow/time_window.h"

#include <cstdint>

namespace vrni2syslog {

/// The content of the manifest line that ends an epoch. It lets an auditor prove from a collector's
/// files that no line is missing.
struct Manifest {
  TimeWindow window;
  std::uint64_t flow_count = 0;
  std::uint64_t left_out_count = 0;  ///< flows that were not sent because they were sent before
  /// Of a late epoch: how many flows of the window were found after it had been read, and so how
  /// many the epoch has, those left out included. 0 for every other epoch, which has all flows of
  /// its window.
  std::uint64_t late_count = 0;
  /// SHA-256 over the lines of the flows, each followed by LF, in the order sent.
  Sha256Digest lines_digest{};
  WallTime time{};  ///< when the manifest is written
};

}  // namespace vrni2syslog
