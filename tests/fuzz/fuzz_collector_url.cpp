/// Any --collector: it is refused with one line that blames it, or read into addresses that can be
/// tried and shown.

#include "base/error.h"
#include "properties.h"
#include "transport/collector_address.h"

#include <cstdint>
#include <string>
#include <string_view>

namespace vrni2syslog::testing {
namespace {

void check_endpoint(const Endpoint& endpoint, std::string_view text) {
  require(!endpoint.scheme.empty(), "an address has no scheme", text);
  require(endpoint.host.empty() == (endpoint.port == 0), "a host has no port", text);
  require(endpoint.host.find('\0') == std::string::npos, "a host holds a NUL", text);
  require(endpoint.path.string().find('\0') == std::string::npos, "a path holds a NUL", text);
  require_message(endpoint.display_name());
}

/// What a user copies from a message is the same address, as far as it is shown: a text that was
/// cut or cleaned, or that needs an encoding, need not be.
void check_shown_name(const Endpoint& endpoint, std::string_view text) {
  const std::string shown = endpoint.display_name();
  if (printable(text) != text || endpoint.scheme == "-" ||
      shown.find_first_of("%?,#@") != std::string::npos)
    return;
  const auto again = result_unless_refused({Fault::Usage, Fault::Configuration},
                                           [&] { return parse_collector(shown, TlsSettings()); });
  if (again)
    require(again->size() == 1 && again->front().display_name() == shown,
            "an address is shown differently the second time", shown);
}

void check_collector(std::string_view text) {
  const auto address = result_unless_refused({Fault::Usage, Fault::Configuration},
                                             [&] { return parse_collector(text, TlsSettings()); });
  if (!address) return;
  require(!address->empty(), "a collector has no address", text);
  for (const Endpoint& endpoint : *address) {
    check_endpoint(endpoint, text);
    check_shown_name(endpoint, text);
  }
  require_message(list_names(*address));
}

/// Collectors have no user names. Who writes one all the same does not read the password in the
/// message, whatever characters it holds.
void check_password(std::string_view text) {
  const std::string address = "tls://bob:SECRET" + std::string(text) + "TERCES@h";
  try {
    (void)parse_collector(address, TlsSettings());
  } catch (const Error& error) {
    const std::string_view message = error.what();
    require(message.find("SECRET") == std::string_view::npos &&
                message.find("TERCES") == std::string_view::npos,
            "a password is shown", message);
  }
}

}  // namespace
}  // namespace vrni2syslog::testing

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const std::string_view text(reinterpret_cast<const char*>(data), size);
  vrni2syslog::testing::check_collector(text);
  vrni2syslog::testing::check_password(text);
  return 0;
}
