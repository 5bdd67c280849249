/// Any command line, one argument a line: what is wrong is told on one line as a mistake of whoever
/// wrote it, and what is accepted can be used, printed, and written down to be read again.

#include "app/options/option_names.h"
#include "app/options/options.h"
#include "given_options.h"
#include "properties.h"

#include <algorithm>
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

namespace vrni2syslog::testing {
namespace {

std::vector<std::string> arguments_in(std::string_view text) {
  std::vector<std::string> arguments;
  while (!text.empty()) {
    const std::size_t end = std::min(text.find('\n'), text.size());
    arguments.emplace_back(text.substr(0, end));
    text.remove_prefix(std::min(end + 1, text.size()));
  }
  return arguments;
}

std::vector<std::string> arguments_of(const std::vector<GivenOption>& given) {
  std::vector<std::string> arguments;
  for (const GivenOption& option : given) {
    const std::string_view name = info_of(option.option).name;
    arguments.push_back("--" + std::string(name) + "=" + option.value);
  }
  return arguments;
}

void check_command_line(std::string_view text) {
  const auto given =
      result_unless_refused({Fault::Usage}, [&] { return parse_command_line(arguments_in(text)); });
  if (!given) return;
  require(are_equal(parse_command_line(arguments_of(*given)), *given),
          "options written as --name=value are read differently", text);
  (void)result_unless_refused({Fault::Usage}, [&] { return (use_options(*given), true); });
}

}  // namespace
}  // namespace vrni2syslog::testing

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  vrni2syslog::testing::check_command_line({reinterpret_cast<const char*>(data), size});
  return 0;
}
