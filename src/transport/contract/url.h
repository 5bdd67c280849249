#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace vrni2syslog {

/// The parts of "scheme://host:port/path?name=value&name=value" (RFC 3986), percent-decoded.
/// Does not interpret them.
struct Url {
  std::string scheme;  ///< in lower case
  std::string host;    ///< without brackets
  bool is_host_in_brackets = false;
  std::string port;  ///< as written; empty if there is none
  std::string path;  ///< with its slash
  std::vector<std::pair<std::string, std::string>> query;
};

/// Throws Error(Usage) that quotes `text` without its query and says what is wrong.
[[nodiscard]] Url parse_url(std::string_view text);

/// Throws Error(Usage) that names the URL without its query and gives the reason.
[[noreturn]] void refuse_url(const Url& url, std::string_view reason);

/// The options behind a URL's '?'. Each is taken by the reader that knows its name, and what nobody
/// has taken in the end is unknown.
class UrlOptions {
 public:
  /// `url` must outlive the options.
  explicit UrlOptions(const Url& url) : url_(url) {}

  /// The option's value, or nullopt if the URL does not have it. Throws Error(Usage) if the value
  /// is empty.
  [[nodiscard]] std::optional<std::string> take(std::string_view name);
  /// The same for an option whose value is 1 or 0. Throws Error(Usage) for another value.
  [[nodiscard]] std::optional<bool> take_switch(std::string_view name);
  /// Throws Error(Usage) for an option that was not taken; the message lists those that there are.
  void require_all_taken() const;

 private:
  const Url& url_;
  std::vector<std::string> known_;  ///< the names that were asked for
};

}  // namespace vrni2syslog
