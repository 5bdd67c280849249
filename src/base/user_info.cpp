#include "base/user_info.h"

#include <algorithm>
#include <cstddef>

namespace vrni2syslog {
namespace {

constexpr std::string_view kSchemeEnd = "://";

/// The length of the first address in the text, with the comma before the next one.
[[nodiscard]] std::size_t end_of_address(std::string_view text) {
  const std::size_t first = text.find(kSchemeEnd);
  if (first == std::string_view::npos) return text.size();
  const std::size_t next = text.find(kSchemeEnd, first + kSchemeEnd.size());
  if (next == std::string_view::npos) return text.size();
  const std::size_t comma = text.rfind(',', next);
  return comma == std::string_view::npos || comma < first ? text.size() : comma + 1;
}

/// Whether the part before the path holds more than a host and a port.
[[nodiscard]] bool has_user_info(std::string_view authority) {
  if (authority.find('@') != std::string_view::npos) return true;
  // A '/' in the password ends the authority early, before the '@'.
  if (authority.starts_with('[') || std::ranges::count(authority, ':') != 1) return false;
  const std::string_view port = authority.substr(authority.find(':') + 1);
  return port.find_first_not_of("0123456789,-") != std::string_view::npos;
}

void append_address(std::string& out, std::string_view address) {
  const std::size_t scheme = address.find(kSchemeEnd);
  if (scheme != std::string_view::npos) {
    const std::size_t host = scheme + kSchemeEnd.size();
    out += address.substr(0, host);
    address.remove_prefix(host);
    if (out.ends_with("file://") || out.ends_with("unix://")) {
      out += address;
      return;
    }
  }
  const std::size_t at = address.rfind('@');
  const bool has_any = at != std::string_view::npos &&
                       has_user_info(address.substr(0, address.find_first_of("/?#")));
  out += has_any ? address.substr(at + 1) : address;
}

}  // namespace

std::string without_user_info(std::string_view addresses) {
  std::string shown;
  while (!addresses.empty()) {
    const std::size_t end = end_of_address(addresses);
    append_address(shown, addresses.substr(0, end));
    addresses.remove_prefix(end);
  }
  return shown;
}

}  // namespace vrni2syslog
