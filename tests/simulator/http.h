#pragma once

#include <chrono>
#include <cstdint>
#include <functional>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace vrni2syslog::simulator {

/// A request, free of the HTTP library.
struct Request {
  std::string method;
  std::string path;                          ///< percent-decoded, without the query
  std::map<std::string, std::string> query;  ///< decoded
  bool has_query = false;                    ///< the URL has one, be it empty
  std::string authorization;                 ///< the header's value
  std::string csp_auth_token;                ///< the header's value
  bool accepts_gzip = false;
  std::string body;
  std::string connection;  ///< the client's address and port
  /// When its headers were read, and its body was to come.
  std::chrono::steady_clock::time_point began_at = std::chrono::steady_clock::now();

  [[nodiscard]] std::string_view parameter(const std::string& name) const {
    const auto found = query.find(name);
    return found == query.end() ? std::string_view{} : std::string_view(found->second);
  }
};

inline constexpr std::string_view kJsonType = "application/json;charset=UTF-8";
inline constexpr std::string_view kJsonLinesType = "application/x-ndjson";
inline constexpr std::string_view kTextType = "text/plain;charset=UTF-8";

/// The answer to a request.
struct Answer {
  /// Appends more of a body that is made while it is sent; false at its end.
  using Producer = std::function<bool(std::string& chunk)>;

  int status = 200;
  std::vector<std::pair<std::string, std::string>> headers;
  std::string_view content_type = kJsonType;
  std::string body;
  Producer producer;                              ///< instead of `body`, where it is set
  std::optional<std::uint64_t> announced_length;  ///< of a producer's body; chunked without it
  bool is_cut = false;  ///< the connection drops in the middle of the body
};

}  // namespace vrni2syslog::simulator
