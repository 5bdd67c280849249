#include "vrni/capture/capture_files.h"

#include "base/error.h"
#include "base/file.h"
#include "base/file_trust.h"
#include "base/gzip.h"

#include <fmt/format.h>

#include <algorithm>
#include <cerrno>
#include <fcntl.h>
#include <optional>
#include <sys/stat.h>
#include <system_error>
#include <unistd.h>
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
  // Somebody else's directory, or a link to it, would let him exchange the answers.
  const FileDescriptor opened(
      ::open(directory.c_str(), O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC));
  if (!opened.is_open()) throw cannot_create(directory, errno_text(errno));
  struct stat status {};
  if (::fstat(opened.get(), &status) != 0) throw cannot_create(directory, errno_text(errno));
  if (status.st_uid != ::geteuid())
    throw cannot_create(directory, "it belongs to another user; name a new directory");
  std::error_code error;
  const bool is_empty = fs::is_directory(directory, error) && fs::is_empty(directory, error);
  if (error) throw cannot_create(directory, error.message());
  if (!is_empty)
    throw cannot_create(directory, "it is there already; name a new or an empty directory");
  if (::fchmod(opened.get(), S_IRWXU) != 0)
    throw cannot_create(directory, "it cannot be closed to others: " + errno_text(errno));
}

using NumberedName = std::pair<std::size_t, std::string>;

[[nodiscard]] Error unusable(const fs::path& path, std::string_view reason) {
  return Error(Fault::Data, fmt::format("{}: {}", printable(path.string()), reason));
}

[[nodiscard]] std::vector<NumberedName> list_calls(const fs::path& directory) {
  std::vector<NumberedName> calls;
  std::error_code error;
  for (fs::directory_iterator entry(directory, error), end; !error && entry != end;
       entry.increment(error)) {
    std::string name = entry->path().filename().string();
    const std::optional<std::size_t> number = recorded_call_number(name);
    if (!number) continue;
    if (calls.size() == kMaxRecordedCalls)
      throw unusable(directory, fmt::format("holds more than {} calls", kMaxRecordedCalls));
    calls.emplace_back(*number, std::move(name));
  }
  if (error) throw unusable(directory, "cannot be read: " + error.message());
  std::ranges::sort(calls);
  return calls;
}

}  // namespace

CaptureWriter::CaptureWriter(fs::path directory, const CaptureDescription& description)
    : directory_(std::move(directory)) {
  make_directory(directory_);
  write_file(std::string(kCaptureDescriptionName), to_json(description));
}

void CaptureWriter::write(const RecordedCall& call, const Redactor& redactor) {
  if (calls_ == kMaxRecordedCalls) {
    throw Error(Fault::CannotWrite,
                fmt::format("the capture {} is full ({} calls); capture a shorter "
                            "window",
                            printable(directory_.string()), calls_));
  }
  std::string json = to_json(call);
  redactor.hide_in_record(json);
  write_file(recorded_call_name(calls_ + 1, call.path), gzip(json));
  ++calls_;
}

void CaptureWriter::write_file(const std::string& name, std::string_view content) const {
  try {
    write_file_atomically(directory_ / name, content);
  } catch (const Error& error) {
    // The directory could be made before, so the disk is full or failing.
    throw Error(Fault::CannotWrite,
                fmt::format("{}; what is in the capture up to here can be used", error.what()));
  }
}

std::string read_capture_file(const fs::path& path, std::size_t max_bytes) {
  std::error_code error;
  const fs::file_type type = fs::status(path, error).type();
  if (type == fs::file_type::not_found)
    throw unusable(path, "is not there; --source wants file: and a directory of --save-capture");
  // Nothing else may be opened: a pipe would make the run wait for ever.
  if (type != fs::file_type::regular) throw unusable(path, "is not a file that can be read");
  if (const Outcome own = require_own(path); !own) {
    throw unusable(path, own.problem() +
                             ", who could have changed it; take the capture over with "
                             "chown and chmod go-w if you trust it");
  }
  return read_file(path, max_bytes, Fault::Data);
}

CaptureReader::CaptureReader(fs::path directory) : directory_(std::move(directory)) {
  std::vector<NumberedName> calls = list_calls(directory_);
  if (calls.empty()) throw unusable(directory_, "holds no call of the platform");
  names_.reserve(calls.size());
  for (auto& [number, name] : calls) {
    if (number < names_.size() + 1)
      throw unusable(directory_ / name, "there is another file of the same number");
    if (number > names_.size() + 1) {
      throw unusable(directory_, fmt::format("the file of call {:06} is missing, though there are "
                                             "later ones; copy the whole directory",
                                             names_.size() + 1));
    }
    names_.push_back(std::move(name));
  }
}

RecordedCall CaptureReader::read(std::size_t index) const {
  const fs::path path = directory_ / names_.at(index);
  const std::string file = read_capture_file(path, kMaxRecordedBytes);
  RecordedCall call;
  try {
    std::string json = gunzip(file, kMaxRecordedBytes);
    if (const Outcome read = read_recorded_call(json, call); !read)
      throw Error(Fault::Data, read.problem());
  } catch (const Error& error) {
    throw error.within(printable(path.string()));
  }
  return call;
}

}  // namespace vrni2syslog
