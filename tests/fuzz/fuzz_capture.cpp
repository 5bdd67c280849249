/// Any file of a capture: what is read of it can be written and read again, and what cannot be read
/// is told in words.

#include "../support/valid_utf8.h"
#include "base/error.h"
#include "base/gzip.h"
#include "properties.h"
#include "vrni/capture/capture_description.h"
#include "vrni/capture/recorded_call.h"

#include <string>

namespace vrni2syslog::testing {
namespace {

constexpr std::size_t kMaxUnpackedBytes = 256UL * 1024;

void check_text(std::string_view text) {
  require(!text.empty() && is_valid_utf8(text), "a problem is no text for a message", text);
}

void check_outcome(const Outcome& outcome) {
  if (!outcome) check_text(outcome.problem());
}

void check_call(std::string json) {
  RecordedCall call;
  const Outcome read = read_recorded_call(json, call);
  check_outcome(read);
  if (!read) return;
  const HttpResponse& response = call.response;
  require(response.outcome != HttpOutcome::Answered || response.status >= 100, "no status");
  require(is_valid_utf8(response.error), "an error is no text for a message", response.error);
  RecordedCall again;
  std::string written = to_json(call);
  require(bool(read_recorded_call(written, again)), "a call cannot be read back", call.body);
  require(again.method == call.method && again.path == call.path && again.body == call.body,
          "a request has changed", call.body);
  require(again.response.body == response.body && again.response.error == response.error &&
              again.response.outcome == response.outcome &&
              again.response.status == response.status &&
              again.response.retry_after == response.retry_after,
          "an answer has changed", response.body);
}

void check_description(std::string json) {
  CaptureDescription description;
  const Outcome read = read_capture_description(json, description);
  check_outcome(read);
  if (!read) return;
  CaptureDescription again;
  std::string written = to_json(description);
  require(bool(read_capture_description(written, again)), "a description cannot be read back");
  require(again.options == description.options, "options have changed", written);
}

void check_gzip(const std::string& bytes) {
  try {
    const std::string text = gunzip(bytes, kMaxUnpackedBytes);
    require(text.size() <= kMaxUnpackedBytes, "a text is longer than allowed");
    check_call(text);
  } catch (const Error& error) {
    require(error.fault() == Fault::Data, "a bad file is blamed on something else");
    check_text(error.what());
  }
  require(gunzip(gzip(bytes), bytes.size()) == bytes, "a text is not unpacked", bytes);
}

}  // namespace
}  // namespace vrni2syslog::testing

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const std::string bytes(reinterpret_cast<const char*>(data), size);
  vrni2syslog::testing::check_call(bytes);
  vrni2syslog::testing::check_description(bytes);
  vrni2syslog::testing::check_gzip(bytes);
  return 0;
}
