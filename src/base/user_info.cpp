#include "base/user_info.h"

#include "base/text/ip_address.h"
#include "base/text/number.h"

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <utility>

namespace vrni2syslog {
namespace {

constexpr std::string_view kSchemeEnd = "://";

/// Whether the part before the path is a host or an address, with a port or without. If it is not,
/// it may be the beginning of a user name and a password that holds a '/', '?' or '#'.
[[nodiscard]] bool is_host_and_port(std::string_view authority) {
  const auto is_port = [](std::string_view text) {
    return parse_whole<std::uint16_t>(text).has_value();
  };
  // Standard output may follow in a list: "tls://h:6514,-".
  authority = authority.substr(0, authority.find_last_not_of(",-") + 1);
  if (authority.starts_with('[')) {
    const std::size_t close = std::min(authority.find(']'), authority.size() - 1);
    const std::string_view rest = authority.substr(close + 1);
    return is_ipv6_address(std::string(authority.substr(1, close - 1))) &&
           (rest.empty() || (rest.starts_with(':') && is_port(rest.substr(1))));
  }
  const std::size_t colon = authority.find(':');
  if (colon == std::string_view::npos) return true;
  return is_port(authority.substr(colon + 1)) || is_ipv6_address(std::string(authority));
}

/// The address behind its scheme, if it has one.
[[nodiscard]] std::string_view without_scheme(std::string_view address) {
  const std::size_t scheme = address.find(kSchemeEnd);
  return scheme == std::string_view::npos ? address : address.substr(scheme + kSchemeEnd.size());
}

/// Whether an address behind its scheme begins with a user name, or with what may be one.
[[nodiscard]] bool has_user_info(std::string_view address) {
  const std::string_view authority = address.substr(0, address.find_first_of("/?#"));
  return authority.find('@') != std::string_view::npos || !is_host_and_port(authority);
}

/// The length of the first address in the text, with the comma before the next one. A comma within
/// what may be a password ends no address.
[[nodiscard]] std::size_t end_of_address(std::string_view text) {
  const std::size_t first = text.find(kSchemeEnd);
  std::size_t next = first;
  while (next != std::string_view::npos) {
    next = text.find(kSchemeEnd, next + kSchemeEnd.size());
    const std::size_t comma = text.substr(0, next).rfind(',');
    if (next == std::string_view::npos || comma == std::string_view::npos || comma < first)
      continue;
    const std::string_view address = text.substr(0, comma);
    const bool is_whole =
        address.find('@') != std::string_view::npos || !has_user_info(without_scheme(address));
    if (is_whole) return comma + 1;
  }
  return text.size();
}

void append_address(std::string& out, std::string_view address) {
  const std::string_view rest = without_scheme(address);
  const std::string_view scheme = address.substr(0, address.size() - rest.size());
  out += scheme;
  const std::string_view name = scheme.substr(scheme.rfind(',') + 1);  // "-,file://"
  const bool is_path = name == "file://" || name == "unix://";
  const std::size_t at = rest.rfind('@');
  const bool is_hidden = !is_path && at != std::string_view::npos && has_user_info(rest);
  out += is_hidden ? rest.substr(at + 1) : rest;
}

[[nodiscard]] std::string hide_user_info(std::string_view addresses) {
  std::string shown;
  while (!addresses.empty()) {
    const std::size_t end = end_of_address(addresses);
    append_address(shown, addresses.substr(0, end));
    addresses.remove_prefix(end);
  }
  return shown;
}

}  // namespace

std::string without_user_info(std::string_view addresses) {
  std::string shown(addresses);
  // What is left after a password with an '@' may look like a login once more. It only gets
  // shorter.
  for (std::string shorter = hide_user_info(shown); shorter != shown;
       shorter = hide_user_info(shown)) {
    shown = std::move(shorter);
  }
  return shown;
}

}  // namespace vrni2syslog
