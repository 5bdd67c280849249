#pragma once

#include "delivery/checkpoint/checkpoint.h"

namespace vrni2syslog {

/// The checkpoint of a job with two collectors that are this far.
[[nodiscard]] inline Checkpoint job_at(UnixSeconds watermark, UnixSeconds newest) {
  Checkpoint job =
      first_checkpoint("nightly", {"https://h/api/ni", "", {"tls://a:1", "tls://b:1"}}, watermark);
  job.collectors[1].watermark = newest;
  return job;
}

}  // namespace vrni2syslog
