#pragma once

#include "http/redactor.h"
#include "vrni/capture/capture_description.h"
#include "vrni/capture/recorded_call.h"

#include <cstddef>
#include <filesystem>
#include <string>

namespace vrni2syslog {

/// Writes a capture: capture.json, and one compressed file for each call, whole or not at all, so
/// that after a crash everything up to it can be used. Only the owner may read them, since they
/// tell who talks to whom.
class CaptureWriter {
 public:
  /// `directory` must be empty or not be there yet; it is made, or closed to all but its owner.
  /// Throws Error(CannotCreate), and Error(CannotWrite) where the description cannot be written.
  CaptureWriter(std::filesystem::path directory, const CaptureDescription& description);

  /// Writes the next call, without the secrets that `redactor` knows. Throws Error(CannotWrite).
  void write(const RecordedCall& call, const CallTiming& timing, const Redactor& redactor);

 private:
  void write_file(const std::string& name, std::string_view content) const;

  std::filesystem::path directory_;
  std::size_t calls_ = 0;
};

}  // namespace vrni2syslog
