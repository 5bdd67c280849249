#pragma once

#include "delivery/checkpoint/checkpoint.h"

namespace vrni2syslog {

/// 2026-11-22T12:00:00Z and so many hours.
[[nodiscard]] inline UnixSeconds hour(int number) {
  return UnixSeconds(std::chrono::seconds(1'795'348'800)) + std::chrono::hours(number);
}

[[nodiscard]] inline JobIdentity two_collectors() {
  return {"https://vrni.local/api/ni", "protocol = 'TCP'", {"tls://a:6514", "tcp://b:514"}};
}

/// Of a job that started at noon; a has confirmed two hours, b one.
[[nodiscard]] inline Checkpoint two_hours_and_one() {
  Checkpoint checkpoint = first_checkpoint("nightly", two_collectors(), hour(0));
  confirm(checkpoint, 0, {hour(0), hour(2)}, Verdict::Consumed, hour(3));
  confirm(checkpoint, 1, {hour(0), hour(1)}, Verdict::Acked, hour(2));
  checkpoint.run_id = "eec67650dc84e95d";
  checkpoint.saved_at = hour(3);
  return checkpoint;
}

}  // namespace vrni2syslog
