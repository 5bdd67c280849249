#pragma once

#include "base/verdict.h"

#include <string>

namespace vrni2syslog {

/// The detail where the peer ended its side before we ended ours.
inline constexpr const char* kClosedEarly = "the collector closed the connection before the end";

/// How a transport ended.
struct Receipt {
  Verdict verdict = Verdict::Failed;
  std::string detail;  ///< for the user: what was missing, and the remedy; empty where there is
                       ///< nothing to say
};

}  // namespace vrni2syslog
