#include "vrni/api/service_url.h"

#include "base/error.h"
#include "base/text/ascii.h"
#include "base/text/number.h"

#include <fmt/format.h>

#include <algorithm>
#include <cstdint>
#include <utility>

namespace vrni2syslog {
namespace {

/// What is accepted as the address of a service.
struct UrlRules {
  std::string_view service;  ///< for messages
  std::string_view path;     ///< if the text has none
  bool is_path_free;         ///< whether another path is possible
  std::string_view forms;    ///< for messages
};

constexpr UrlRules kPlatform{
    .service = "platform",
    .path = "/api/ni",
    .is_path_free = false,
    .forms = "a host, host:port, [IPv6 address]:port or https://host[:port][/api/ni]"};
constexpr UrlRules kCloudApi{.service = "cloud API",
                             .path = "/ni/api/ni",
                             .is_path_free = true,
                             .forms = "a host or https://host[:port][/path]"};
constexpr UrlRules kConsole{.service = "Cloud Services console",
                            .path = "/csp/gateway/am/api/auth/api-tokens/authorize",
                            .is_path_free = true,
                            .forms = "a host or https://host[:port][/path]"};

/// The regions, and what their hosts have before the name of the host in the United States.
constexpr std::pair<std::string_view, std::string_view> kRegions[] = {
    {"us", ""}, {"uk", "uk."}, {"jp", "jp."}, {"au", "au."}, {"de", "de."}, {"ca", "ca."}};

/// A text as the user wrote it, and the rules for it. A password in it stays out of the message.
struct UrlText {
  std::string_view text;
  const UrlRules& rules;

  [[noreturn]] void refuse(std::string_view reason) const {
    std::string_view shown = text;
    const std::size_t end_of_login = shown.rfind('@');
    if (end_of_login != std::string_view::npos) shown.remove_prefix(end_of_login + 1);
    throw Error(Fault::Usage, fmt::format("{} \"{}\": {}; give {}", rules.service, printable(shown),
                                          reason, rules.forms));
  }
};

[[nodiscard]] bool is_name_character(char c) {
  return is_alphanumeric(c) || c == '-' || c == '.' || c == '_';
}

[[nodiscard]] bool is_ipv6_character(char c) {
  return is_lower_hex_digit(to_lower(c)) || c == ':' || c == '.';
}

[[nodiscard]] bool is_path_character(char c) {
  return is_name_character(c) || c == '/' || c == '~';
}

void check_port(const UrlText& url, std::string_view port) {
  const auto number = parse_whole<std::uint16_t>(port);
  if (!number || *number == 0) url.refuse("the port is not a number from 1 to 65535");
}

/// The host of "host", "host:port", "[address]" or "[address]:port", or of a bare IPv6 address.
[[nodiscard]] std::string_view host_of(const UrlText& url, std::string_view authority) {
  if (authority.starts_with('[')) {
    const std::size_t close = authority.find(']');
    if (close == std::string_view::npos) url.refuse("the ']' of the address is missing");
    const std::string_view rest = authority.substr(close + 1);
    if (!rest.empty() && rest.front() != ':')
      url.refuse("there is something between ']' and the port");
    if (!rest.empty()) check_port(url, rest.substr(1));
    return authority.substr(1, close - 1);
  }
  if (std::ranges::count(authority, ':') > 1) return authority;
  const std::size_t colon = authority.find(':');
  if (colon != std::string_view::npos) check_port(url, authority.substr(colon + 1));
  return authority.substr(0, colon);
}

/// Splits a host into itself and the zone of an IPv6 address ("eth0"), which is empty for others.
[[nodiscard]] std::pair<std::string_view, std::string_view> split_zone(std::string_view host) {
  constexpr std::string_view kEncodedPercent = "25";
  const std::size_t percent = host.find('%');
  if (percent == std::string_view::npos) return {host, {}};
  std::string_view zone = host.substr(percent + 1);
  if (zone.starts_with(kEncodedPercent) && zone != kEncodedPercent)
    zone.remove_prefix(kEncodedPercent.size());
  return {host.substr(0, percent), zone};
}

/// Returns the host without its zone.
[[nodiscard]] std::string_view check_host(const UrlText& url, std::string_view text) {
  const auto [host, zone] = split_zone(text);
  if (host.empty()) url.refuse("there is no host");
  const bool is_address = host.find(':') != std::string_view::npos;
  const bool has_zone = host.size() < text.size();
  if (!std::ranges::all_of(host, is_address ? is_ipv6_character : is_name_character) ||
      (has_zone && !is_address)) {
    url.refuse("this is not a host name or address");
  }
  if (has_zone && (zone.empty() || !std::ranges::all_of(zone, is_name_character)))
    url.refuse("the part behind '%' is not the name of a network interface");
  return host;
}

/// The authority as it stands in a URL: a bare IPv6 address in brackets, its zone behind "%25".
[[nodiscard]] std::string authority_of(std::string_view authority, std::string_view host) {
  const bool is_bare_ipv6 = !authority.starts_with('[') && host.find(':') != std::string_view::npos;
  std::string text = is_bare_ipv6 ? fmt::format("[{}]", authority) : std::string(authority);
  const auto [address, zone] = split_zone(host);
  if (!zone.empty())
    text.replace(text.find(host), host.size(), fmt::format("{}%25{}", address, zone));
  return text;
}

[[nodiscard]] std::string_view path_of(const UrlText& url, std::string_view path) {
  while (path.ends_with('/')) path.remove_suffix(1);
  if (path.empty() || path == url.rules.path) return url.rules.path;
  if (!url.rules.is_path_free) url.refuse("the path of the API is /api/ni");
  if (!std::ranges::all_of(path, is_path_character)) url.refuse("this is not a path of an API");
  return path;
}

[[nodiscard]] ServiceUrl parse(std::string_view text, const UrlRules& rules) {
  const UrlText url{text, rules};
  std::string_view rest = text;
  if (const std::size_t end_of_scheme = rest.find("://"); end_of_scheme != std::string_view::npos) {
    if (lower_case(rest.substr(0, end_of_scheme)) != "https")
      url.refuse("it is served over https only");
    rest.remove_prefix(end_of_scheme + 3);
  }
  const std::size_t end_of_authority = std::min(rest.find('/'), rest.size());
  const std::string_view authority = rest.substr(0, end_of_authority);
  const std::string_view path = path_of(url, rest.substr(end_of_authority));
  const std::string_view host = host_of(url, authority);
  const std::string_view name = check_host(url, host);
  return {std::string(name), fmt::format("https://{}{}", authority_of(authority, host), path)};
}

}  // namespace

ServiceUrl parse_platform_url(std::string_view text) {
  return parse(text, kPlatform);
}

ServiceUrl parse_cloud_location(std::string_view text) {
  const std::string name = lower_case(text);
  for (const auto& [region, prefix] : kRegions) {
    if (region == name)
      return parse_cloud_api_url(fmt::format("{}api.mgmt.cloud.vmware.com", prefix));
  }
  throw Error(
      Fault::Usage,
      fmt::format("'{}' is no region of the cloud service; write one of: us uk jp au de ca, "
                  "or give --cloud-api-url",
                  printable(text)));
}

ServiceUrl parse_cloud_api_url(std::string_view text) {
  return parse(text, kCloudApi);
}

ServiceUrl parse_cloud_auth_url(std::string_view text) {
  return parse(text, kConsole);
}

}  // namespace vrni2syslog
