/// Any flow, under any options: the lines without structured data are the message of a flow and
/// nothing else, in the format logger behind a priority that nothing can forge.

#include "line_check.h"
#include "properties.h"

#include <string_view>

namespace vrni2syslog::testing {
namespace {

constexpr std::string_view kMessageStart = "vRNI-Flow: 2026-11-2";

void check_message(const CheckedLine& line) {
  require(line.text.starts_with(kMessageStart), "a message is forged", line.text);
}

void check_logger(const CheckedLine& line) {
  const std::size_t end = line.text.find('>');
  require(line.text.starts_with('<') && end <= 4 &&
              line.text.substr(1, end - 1).find_first_not_of("0123456789") == line.text.npos,
          "there is no priority", line.text);
  require(line.text.substr(end + 1).starts_with(kMessageStart), "a message is forged", line.text);
}

}  // namespace
}  // namespace vrni2syslog::testing

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  using namespace vrni2syslog::testing;
  check_either_format(FuzzInput(data, size), {"message", check_message}, {"logger", check_logger});
  return 0;
}
