#include "given_options.h"

#include "app/options/print_config.h"
#include "app/settings/line_settings.h"
#include "format/line_format.h"
#include "properties.h"

#include <algorithm>
#include <string>
#include <string_view>

namespace vrni2syslog::testing {
namespace {

void check_printed_line(std::string_view line) {
  require(is_one_line(line), "a printed option is not clean", line);
  const std::string_view name = line.substr(0, line.find(" = "));
  const auto option = std::ranges::find(option_table(), name, &OptionInfo::name);
  if (option != option_table().end() && option->is_secret)
    require(line.ends_with(" = <hidden>"), "a secret is printed", line);
}

}  // namespace

void use_options(const std::vector<GivenOption>& given) {
  const OptionValues values({given});
  std::string printed = print_config(values);
  std::string_view rest = printed;
  while (!rest.empty()) {
    const std::size_t end = rest.find('\n');
    require(end != std::string_view::npos, "a printed line does not end", rest);
    check_printed_line(rest.substr(0, end));
    rest.remove_prefix(end + 1);
  }
  const LineOptions options = make_line_options(values, "vrni.local");
  const std::string format = values.parse(Option::Format, parse_format_name);
  require_room_for_lines(values, options, format);
}

bool are_equal(const std::vector<GivenOption>& some, const std::vector<GivenOption>& others) {
  return std::ranges::equal(some, others, [](const GivenOption& a, const GivenOption& b) {
    return a.option == b.option && a.value == b.value;
  });
}

}  // namespace vrni2syslog::testing
