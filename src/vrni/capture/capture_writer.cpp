#include "vrni/capture/capture_writer.h"

#include "base/error.h"
#include "base/file.h"
#include "base/gzip.h"

#include <fmt/format.h>

#include <cerrno>
#include <sys/stat.h>
#include <system_error>
#include <utility>

namespace vrni2syslog {
namespace {

namespace fs = std::filesystem;

[[nodiscard]] Error cannot_create(const fs::path& directory, std::string_view reason) {
  return Error(Fault::CannotCreate, fmt::format("cannot make the capture {}: {}",
                                                printable(directory.string()), reason));
}

void make_directory(const fs::path& directory) {
  if (::mkdir(directory.c_str(), S_IRWXU) != 0 && errno != EEXIST)
    throw cannot_create(directory, errno_text(errno));
  std::error_code error;
  const bool is_empty = fs::is_directory(directory, error) && fs::is_empty(directory, error);
  if (error) throw cannot_create(directory, error.message());
  if (!is_empty)
    throw cannot_create(directory, "it is there already; name a new or an empty directory");
  if (::chmod(directory.c_str(), S_IRWXU) != 0)
    throw cannot_create(directory, "it cannot be closed to others: " + errno_text(errno));
}

}  // namespace

CaptureWriter::CaptureWriter(fs::path directory, const CaptureDescription& description)
    : directory_(std::move(directory)) {
  make_directory(directory_);
  write_file(std::string(kCaptureDescriptionName), to_json(description));
}

void CaptureWriter::write(const RecordedCall& call, const CallTiming& timing,
                          const Redactor& redactor) {
  if (calls_ == kMaxRecordedCalls) {
    throw Error(Fault::CannotWrite,
                fmt::format("the capture {} is full ({} calls); capture a shorter "
                            "window",
                            printable(directory_.string()), calls_));
  }
  std::string json = to_json(call, timing);
  redactor.hide_in(json);
  write_file(recorded_call_name(calls_ + 1, call.path), gzip(json));
  ++calls_;
}

void CaptureWriter::write_file(const std::string& name, std::string_view content) const {
  try {
    write_file_atomically(directory_ / name, content);
  } catch (const Error& error) {
    // The directory could be made, so that it is the disk that is full or failing.
    throw Error(Fault::CannotWrite,
                fmt::format("{}; what is in the capture up to here can be used", error.what()));
  }
}

}  // namespace vrni2syslog
