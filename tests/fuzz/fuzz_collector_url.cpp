/// Any --collector: it is refused with one line that blames it, or read into addresses that can be
/// tried and shown.

#include "../support/valid_utf8.h"
#include "base/error.h"
#include "fuzz_input.h"
#include "transport/collector_address.h"

#include <algorithm>
#include <string>
#include <string_view>

namespace vrni2syslog::testing {
namespace {

bool is_one_line(std::string_view text) {
  return !text.empty() && is_valid_utf8(text) &&
         std::ranges::none_of(text, [](char c) { return static_cast<unsigned char>(c) < 0x20; });
}

void check_collector(std::string_view text) {
  try {
    const CollectorAddress address = parse_collector(text, TlsSettings());
    require(!address.empty(), "a collector has no address", text);
    for (const Endpoint& endpoint : address) {
      require(!endpoint.scheme.empty(), "an address has no scheme", text);
      require(endpoint.host.empty() == (endpoint.port == 0), "a host has no port", text);
      require(endpoint.host.find('\0') == std::string::npos, "a host holds a NUL", text);
      require(is_one_line(endpoint.display_name()), "an address cannot be shown", text);
    }
  } catch (const Error& error) {
    require(error.fault() == Fault::Usage || error.fault() == Fault::Configuration,
            "bad input is blamed on something else", error.what());
    require(is_one_line(error.what()), "a message is not one line", error.what());
  }
}

}  // namespace
}  // namespace vrni2syslog::testing

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  vrni2syslog::testing::check_collector({reinterpret_cast<const char*>(data), size});
  return 0;
}
