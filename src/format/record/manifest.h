#pragma once

#include "base/clock.h"
#include "base/sha256.h"
#include "flow/time_window.h"

#include <cstdint>

namespace vrni2syslog {

/// What the manifest line says of an epoch: enough for the collector's side to prove that nothing
/// is missing.
struct Manifest {
  TimeWindow window;
  std::uint64_t flow_count = 0;
  std::uint64_t left_out_count = 0;  ///< flows left out because they were sent before
  Sha256Digest
      lines_digest{};  ///< SHA-256 over the flows' lines, each followed by LF, in the order sent
  WallTime time{};
};

}  // namespace vrni2syslog
