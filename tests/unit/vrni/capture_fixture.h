#pragma once

#include "support/fake_http_client.h"
#include "vrni/capture/capture_writer.h"

#include <filesystem>
#include <string>
#include <utility>
#include <vector>

namespace vrni2syslog {

inline const CaptureDescription kAnyDescription{"vrni2syslog 1.0.0", "2026-11-22T13:00:00Z", {}};
inline const CallTiming kAnyTiming{WallTime(), std::chrono::milliseconds(1)};

[[nodiscard]] inline RecordedCall call_of(std::string path, std::string body,
                                          HttpResponse response) {
  return {"POST", std::move(path), std::move(body), std::move(response)};
}

/// Makes a capture of calls.
inline void write_capture(const std::filesystem::path& directory,
                          const std::vector<RecordedCall>& calls) {
  CaptureWriter writer(directory, kAnyDescription);
  for (const RecordedCall& call : calls) writer.write(call, kAnyTiming, Redactor({}));
}

}  // namespace vrni2syslog
