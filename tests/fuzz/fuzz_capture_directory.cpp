/// Any files in the directory of a capture: those that are calls are listed by their numbers, the
/// rest is ignored, and what cannot be used is told on one line.

#include "base/gzip.h"
#include "fuzz_input.h"
#include "properties.h"
#include "scratch_directory.h"
#include "vrni/capture/capture_files.h"

#include <cstdint>
#include <string>

namespace vrni2syslog::testing {
namespace {

const std::string& packed_call() {
  static const std::string packed = gzip(
      R"({"method":"POST","path":"/search","request":"{}","outcome":"answered","status":200,"answer":"{}"})");
  return packed;
}

void check_name(FuzzInput& input) {
  const std::size_t number = 1 + input.number(3) % kMaxRecordedCalls;
  const std::string name = recorded_call_name(number, input.text());
  require(name.size() <= 255 && name.find('/') == std::string::npos && is_one_line(name),
          "a call's file has a name that is not possible", name);
  require(recorded_call_number(name) == number, "a call's file is not found again", name);
}

/// A name as input; the first calls are there, so that any name may be one of the next.
void write_files(FuzzInput& input, const ScratchDirectory& directory) {
  for (std::size_t count = input.byte() % 3U, i = 1; i <= count; ++i)
    directory.write(recorded_call_name(i, "/search"), packed_call());
  for (int count = 0; count < 8 && !input.is_empty(); ++count) {
    const std::string name = input.text().substr(0, 250);
    const bool is_possible = !name.empty() && name != "." && name != ".." &&
                             name.find('/') == std::string::npos &&
                             name.find('\0') == std::string::npos;
    if (is_possible) directory.write(name, (input.byte() & 1U) != 0 ? packed_call() : "");
  }
}

std::size_t read_calls(const ScratchDirectory& directory) {
  const CaptureReader reader(directory.path());
  for (std::size_t i = 0; i < reader.size(); ++i)
    require(reader.read(i).path == "/search", "another call is read");
  return reader.size();
}

void check(FuzzInput input) {
  static const ScratchDirectory directory;
  check_name(input);
  write_files(input, directory);
  const auto count = result_unless_refused({Fault::Data}, [&] { return read_calls(directory); });
  require(!count || *count > 0, "a capture without calls is used");
  directory.clear();
}

}  // namespace
}  // namespace vrni2syslog::testing

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  vrni2syslog::testing::check(vrni2syslog::testing::FuzzInput(data, size));
  return 0;
}
