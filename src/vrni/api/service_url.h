#pragma once

#include <string>
#include <string_view>

namespace vrni2syslog {

/// Where a service is: the platform's API, or the console of the cloud service.
struct ServiceUrl {
  std::string host;  ///< for messages, and HOSTNAME of the lines; without the zone of an address
  std::string url;   ///< with its path: "https://vrni.local/api/ni"
};

/// Reads the address of a platform's API: a host, host:port, [address]:port, or an https URL with
/// or without the path /api/ni. A link-local address has its zone behind "%" or, as in a URL
/// (RFC 6874), "%25". Like all of these, throws Error(Usage) for any other text.
[[nodiscard]] ServiceUrl parse_platform_url(std::string_view text);

/// Reads the name of a region of the cloud service: us, uk, jp, au, de or ca, in either case.
[[nodiscard]] ServiceUrl parse_cloud_location(std::string_view text);

/// Reads the address of the cloud service's API. The path is /ni/api/ni if the text has none.
[[nodiscard]] ServiceUrl parse_cloud_api_url(std::string_view text);

/// Reads the address at which the Cloud Services console exchanges API tokens for access tokens.
/// The path is the documented one if the text has none.
[[nodiscard]] ServiceUrl parse_cloud_auth_url(std::string_view text);

}  // namespace vrni2syslog
