#include "base/error.h"
#include "vrni/platform.h"

#include <fmt/format.h>

#include <algorithm>
#include <cctype>
#include <charconv>

namespace vrni2syslog {
namespace {

constexpr std::string_view kApiPath = "/api/ni";

/// `text` is what the user wrote; a password in it stays out of the message.
[[noreturn]] void refuse(std::string_view text, std::string_view reason) {
  const std::size_t end_of_login = text.rfind('@');
  if (end_of_login != std::string_view::npos) text.remove_prefix(end_of_login + 1);
  throw Error(ExitStatus::Usage,
              fmt::format("platform \"{}\": {}; give a host, host:port, [IPv6 address]:port or "
                          "https://host[:port][/api/ni]",
                          printable(text), reason));
}

[[nodiscard]] bool is_name_character(char c) {
  return std::isalnum(static_cast<unsigned char>(c)) != 0 || c == '-' || c == '.' || c == '_';
}

[[nodiscard]] bool is_ipv6_character(char c) {
  return std::isxdigit(static_cast<unsigned char>(c)) != 0 || c == ':' || c == '.';
}

void check_port(std::string_view text, std::string_view port) {
  unsigned number = 0;
  const auto [end, error] = std::from_chars(port.data(), port.data() + port.size(), number);
  if (error != std::errc() || end != port.data() + port.size() || number == 0 || number > 65535) {
    refuse(text, "the port is not a number from 1 to 65535");
  }
}

/// The host of "host", "host:port", "[address]" or "[address]:port", or of a bare IPv6 address.
[[nodiscard]] std::string_view host_of(std::string_view text, std::string_view authority) {
  if (authority.starts_with('[')) {
    const std::size_t close = authority.find(']');
    if (close == std::string_view::npos) refuse(text, "the ']' of the address is missing");
    const std::string_view rest = authority.substr(close + 1);
    if (!rest.empty() && rest.front() != ':')
      refuse(text, "there is something between ']' and the port");
    if (!rest.empty()) check_port(text, rest.substr(1));
    return authority.substr(1, close - 1);
  }
  if (std::ranges::count(authority, ':') > 1) return authority;
  const std::size_t colon = authority.find(':');
  if (colon != std::string_view::npos) check_port(text, authority.substr(colon + 1));
  return authority.substr(0, colon);
}

void check_host(std::string_view text, std::string_view host) {
  if (host.empty()) refuse(text, "there is no host");
  const bool is_address = host.find(':') != std::string_view::npos;
  if (!std::ranges::all_of(host, is_address ? is_ipv6_character : is_name_character)) {
    refuse(text, "this is not a host name or address");
  }
}

}  // namespace

PlatformUrl parse_platform_url(std::string_view text) {
  std::string_view rest = text;
  if (const std::size_t end_of_scheme = rest.find("://"); end_of_scheme != std::string_view::npos) {
    if (rest.substr(0, end_of_scheme) != "https")
      refuse(text, "the platform's API is served over https only");
    rest.remove_prefix(end_of_scheme + 3);
  }
  const std::size_t end_of_authority = std::min(rest.find('/'), rest.size());
  const std::string_view authority = rest.substr(0, end_of_authority);
  std::string_view path = rest.substr(end_of_authority);
  while (path.ends_with('/')) path.remove_suffix(1);
  if (!path.empty() && path != kApiPath) refuse(text, "the path of the API is /api/ni");

  PlatformUrl url;
  url.host = host_of(text, authority);
  check_host(text, url.host);
  const bool is_bare_ipv6 = !authority.starts_with('[') && url.host.find(':') != std::string::npos;
  url.api_base = is_bare_ipv6 ? fmt::format("https://[{}]{}", authority, kApiPath)
                              : fmt::format("https://{}{}", authority, kApiPath);
  return url;
}

}  // namespace vrni2syslog
