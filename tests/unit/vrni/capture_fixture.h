#pragma once

#include "support/fake_http_client.h"
#include "vrni/capture/capture_files.h"

#include <filesystem>
#include <string>
#include <utility>
#include <vector>

namespace vrni2syslog {

inline const CaptureDescription kAnyDescription{"vrni2syslog 1.0.0", "2026-11-22T13:00:00Z", {}};

[[nodiscard]] inline RecordedCall call_of(std::string path, std::string body,
                                          HttpResponse response) {
  return {.method = "POST",
          .path = std::move(path),
          .body = std::move(body),
          .response = std::move(response),
          .start = {}};
}

/// Makes a capture of calls.
inline void write_capture(const std::filesystem::path& directory,
                          const std::vector<RecordedCall>& calls) {
  CaptureWriter writer(directory, kAnyDescription);
  for (const RecordedCall& call : calls) writer.write(call, Redactor({}));
}

}  // namespace vrni2syslog
