#pragma once

#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace vrni2syslog {

/// The parts of "scheme://host:port/path?name=value&name=value" (RFC 3986), percent-decoded. Says
/// nothing of what they mean.
struct Url {
  std::string scheme;  ///< in lower case
  std::string host;    ///< without brackets
  bool is_host_in_brackets = false;
  std::string port;  ///< as written; empty where there is none
  std::string path;  ///< with its slash
  std::vector<std::pair<std::string, std::string>> query;
};

/// Throws Error(Usage) that quotes `text` without its query and says what is wrong.
[[nodiscard]] Url parse_url(std::string_view text);

}  // namespace vrni2syslog
