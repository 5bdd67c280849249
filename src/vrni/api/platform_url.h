#pragma once

#include <string>
#include <string_view>

namespace vrni2syslog {

/// Where the platform's API is: the base of all request URLs.
struct PlatformUrl {
  std::string host;      ///< for messages, and HOSTNAME of the lines
  std::string api_base;  ///< "https://vrni.local/api/ni"
};

/// Reads a host, host:port, [address]:port, or an https URL with or without the path /api/ni.
/// Throws Error(Usage), as all of these do.
[[nodiscard]] PlatformUrl parse_platform_url(std::string_view text);

/// The cloud service's API in one of its regions: us, uk, jp, au, de or ca, in either case.
[[nodiscard]] PlatformUrl parse_cloud_location(std::string_view text);

/// The same at any address. Without a path it is the cloud service's, /ni/api/ni.
[[nodiscard]] PlatformUrl parse_cloud_api_url(std::string_view text);

struct ConsoleUrl {
  std::string host;
  std::string exchange_url;  ///< where API tokens are exchanged for access tokens
};

/// The Cloud Services console. Without a path it is that of the exchange of API tokens.
[[nodiscard]] ConsoleUrl parse_cloud_auth_url(std::string_view text);

}  // namespace vrni2syslog
