#pragma once

#include "delivery/checkpoint/checkpoint.h"
#include "flow/time_window.h"

#include <cstdint>
#include <string>
#include <string_view>

namespace vrni2syslog {

/// The progress of a collector as text, for one that keeps it together with the flows (Kafka's
/// transactions): "watermark=1763820000 owed=1763810000+3600 chain=... key=... genesis=first". It
/// has at most 3,600 bytes: of the windows that are owed, the newest that have no room there are
/// left out, and "unlisted" says how many.
[[nodiscard]] std::string to_kept_text(const CollectorCheckpoint& collector);

/// What a collector keeps.
struct KeptProgress {
  CollectorCheckpoint collector;    ///< without name, verdict and time
  std::uint64_t unlisted_owed = 0;  ///< windows that are owed, and are not among its
};

/// Reads it; words that it does not know are left alone. Throws Error(Configuration) if it is not
/// such a text.
[[nodiscard]] KeptProgress parse_kept_text(std::string_view text);

/// How the stored progress of a collector and the one that it keeps itself differ.
enum class KeptDifference {
  None,
  KeptIsAhead,   ///< the collector has confirmed what was never stored: a crash, or a lost state
  StoredIsAhead  ///< the state was set, or is owed what came next
};

/// Brings the stored progress up to what the collector keeps: what it has is never sent again.
/// `stored` stays further ahead if it was, since what is in between is owed, or was given up.
[[nodiscard]] KeptDifference adopt(CollectorCheckpoint& stored, const KeptProgress& kept);

}  // namespace vrni2syslog
