/// Any address of a server, by the kind that the first byte names: it is refused on one line, or
/// read into an address that is read the same once more. A password in front of a host is not
/// shown.

#include "base/user_info.h"
#include "fuzz_input.h"
#include "properties.h"
#include "vrni/api/service_url.h"

#include <algorithm>
#include <cstdint>
#include <string>
#include <string_view>

namespace vrni2syslog::testing {
namespace {

bool is_plain(std::string_view url) {
  return std::ranges::all_of(url, [](char c) { return c > ' ' && c <= '~' && c != '@'; });
}

void check_url(std::string_view text, ServiceUrl (*parse)(std::string_view)) {
  const auto url = result_unless_refused({Fault::Usage}, [&] { return parse(text); });
  if (!url) return;
  require(url->url.starts_with("https://") && is_plain(url->url) && !url->host.empty(),
          "an address cannot be used", url->url);
  const ServiceUrl again = parse(url->url);
  require(again.url == url->url && again.host == url->host,
          "an address is read differently the second time", text);
}

void check_region(std::string_view text) {
  (void)result_unless_refused({Fault::Usage}, [&] { return parse_cloud_location(text); });
}

/// A password before a host is hidden whatever characters it holds.
void check_user_info(FuzzInput input) {
  std::string password(input.bytes(1U + input.byte() % 40U));
  std::erase(password, '@');
  const std::string mark = "MARK" + password + "KRAM";
  const std::string shown = without_user_info("https://bob:" + mark + "@vrni.local" +
                                              std::string(input.bytes(input.byte() % 3U)));
  require(shown.find(mark) == std::string::npos, "a password is shown", shown);
}

void check_any_text(std::string_view text) {
  const std::string shown = without_user_info(text);
  require(shown.size() <= text.size(), "an address has grown", shown);
  require(without_user_info(shown) == shown, "more is hidden the second time", text);
}

void check(FuzzInput input) {
  switch (input.byte() % 6U) {
    case 0:
      return check_url(input.all(), parse_platform_url);
    case 1:
      return check_url(input.all(), parse_cloud_api_url);
    case 2:
      return check_url(input.all(), parse_cloud_auth_url);
    case 3:
      return check_region(input.all());
    case 4:
      return check_user_info(input);
    default:
      return check_any_text(input.all());
  }
}

}  // namespace
}  // namespace vrni2syslog::testing

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  vrni2syslog::testing::check(vrni2syslog::testing::FuzzInput(data, size));
  return 0;
}
