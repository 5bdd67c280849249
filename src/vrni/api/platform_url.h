#pragma once

#include <string>
#include <string_view>

namespace vrni2syslog {

/// Where the platform's API is.
struct PlatformUrl {
  std::string host;      ///< for messages, and HOSTNAME of the lines
  std::string api_base;  ///< all request URLs begin with it: "https://vrni.local/api/ni"
};

/// Reads a host, host:port, [address]:port, or an https URL with or without the path /api/ni.
/// Like all of these, throws Error(Usage) for any other text.
[[nodiscard]] PlatformUrl parse_platform_url(std::string_view text);

/// Reads the name of a region of the cloud service: us, uk, jp, au, de or ca, in either case.
[[nodiscard]] PlatformUrl parse_cloud_location(std::string_view text);

/// Reads the address of the cloud service's API. The path is /ni/api/ni if the text has none.
[[nodiscard]] PlatformUrl parse_cloud_api_url(std::string_view text);

struct ConsoleUrl {
  std::string host;
  std::string exchange_url;  ///< where API tokens are exchanged for access tokens
};

/// Reads the address of the Cloud Services console. The path is that of the exchange of API tokens
/// if the text has none.
[[nodiscard]] ConsoleUrl parse_cloud_auth_url(std::string_view text);

}  // namespace vrni2syslog
