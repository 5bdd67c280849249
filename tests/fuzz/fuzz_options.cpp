/// Any command line, configuration file and values: what is wrong is told on one line, as a mistake
/// of whoever wrote it, and what is accepted can be used.

#include "../support/valid_utf8.h"
#include "app/options/config_file.h"
#include "app/options/option_values.h"
#include "app/options/options.h"
#include "app/settings/line_settings.h"
#include "app/settings/search_filter.h"
#include "base/duration.h"
#include "base/error.h"
#include "base/timestamp.h"
#include "fuzz_input.h"
#include "tls/tls_settings.h"
#include "vrni/platform.h"

#include <string>
#include <vector>

namespace vrni2syslog::testing {
namespace {

/// Runs `action`; the only way for it to fail is an Error that blames the input.
template <typename Action>
void expect_result_or_error(Action&& action) {
  try {
    action();
  } catch (const Error& error) {
    const std::string_view message = error.what();
    require(error.fault() == Fault::Usage || error.fault() == Fault::Configuration,
            "bad input is blamed on something else", message);
    require(!message.empty() && is_valid_utf8(message), "a message is no text", message);
    require(
        std::ranges::none_of(message, [](char c) { return static_cast<unsigned char>(c) < 0x20; }),
        "a message is not one line", message);
  }
}

std::vector<std::string> split(std::string_view text, char separator) {
  std::vector<std::string> parts;
  while (!text.empty()) {
    const std::size_t end = std::min(text.find(separator), text.size());
    parts.emplace_back(text.substr(0, end));
    text.remove_prefix(std::min(end + 1, text.size()));
  }
  return parts;
}

void use(const std::vector<GivenOption>& given) {
  const OptionValues values({given});
  const LineOptions options = make_line_options(values, "vrni.local");
  const std::string format = make_format_name(values, options);
  require(make_line_format(format, options) != nullptr, "a format cannot be made", format);
}

void check_text(std::string_view text) {
  expect_result_or_error([&] { use(parse_command_line(split(text, '\n'))); });
  expect_result_or_error([&] { use(parse_config_text(text, "vrni2syslog.conf")); });
  expect_result_or_error([&] { (void)parse_search_filter(text); });
  expect_result_or_error([&] { (void)parse_platform_url(text); });
  expect_result_or_error([&] { (void)parse_fingerprint(text); });
  expect_result_or_error([&] { (void)parse_size(text); });
  expect_result_or_error([&] { (void)parse_time(text, TimeZone::utc()); });
  expect_result_or_error([&] {
    const std::chrono::seconds duration = parse_duration(text);
    require(parse_duration(format_duration(duration)) == duration, "a duration is not read back",
            text);
  });
}

}  // namespace
}  // namespace vrni2syslog::testing

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  vrni2syslog::testing::check_text({reinterpret_cast<const char*>(data), size});
  return 0;
}
