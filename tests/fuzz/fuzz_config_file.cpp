/// Any configuration file: what is wrong is told with the file and the line, and what is accepted
/// can be used, printed, and written down to be read again.

#include "app/options/config_file.h"
#include "given_options.h"
#include "properties.h"

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

namespace vrni2syslog::testing {
namespace {

constexpr std::string_view kPath = "vrni2syslog.conf";

std::string text_of(const std::vector<GivenOption>& given) {
  std::string text;
  for (const GivenOption& option : given)
    text.append(info_of(option.option).name).append(" = ").append(option.value).append("\n");
  return text;
}

void check_config_file(std::string_view text) {
  const auto given =
      result_unless_refused({Fault::Configuration}, [&] { return parse_config_text(text, kPath); });
  if (!given) return;
  for (const GivenOption& option : *given)
    require(option.origin.starts_with(kPath), "an option does not say where it is", option.origin);
  require(are_equal(parse_config_text(text_of(*given), kPath), *given),
          "options written as 'name = value' are read differently", text);
  (void)result_unless_refused({Fault::Configuration}, [&] { return (use_options(*given), true); });
}

}  // namespace
}  // namespace vrni2syslog::testing

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  vrni2syslog::testing::check_config_file({reinterpret_cast<const char*>(data), size});
  return 0;
}
