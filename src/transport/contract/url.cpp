#include "transport/contract/url.h"

#include "base/error.h"
#include "base/text/ascii.h"
#include "base/text/number.h"
#include "base/user_info.h"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>

namespace vrni2syslog {
namespace {

/// Reads one address. Its errors quote the address.
class UrlReader {
 public:
  explicit UrlReader(std::string_view text) : text_(text) {}

  Url read() const {
    const std::size_t scheme_end = text_.find("://");
    if (scheme_end == std::string_view::npos || scheme_end == 0)
      refuse("it lacks a scheme; write tls://HOST, for example");
    if (text_.find('#') != std::string_view::npos) refuse("it has a '#' (write %23 for one)");

    Url url;
    url.scheme = lower_case(text_.substr(0, scheme_end));
    std::string_view rest = text_.substr(scheme_end + 3);
    const std::size_t query = rest.find('?');
    if (query != std::string_view::npos) url.query = read_query(rest.substr(query + 1));
    rest = rest.substr(0, query);
    const std::size_t path = rest.find('/');
    if (path != std::string_view::npos) url.path = decode(rest.substr(path));
    read_authority(rest.substr(0, path), url);
    return url;
  }

 private:
  [[noreturn]] void refuse(std::string_view reason) const {
    const std::string shown = without_user_info(text_);
    throw Error(Fault::Usage,
                fmt::format("collector address \"{}\": {}",
                            printable(shown.substr(0, shown.find('?')), 120), reason));
  }

  std::string decode(std::string_view text) const {
    std::string decoded;
    for (std::size_t i = 0; i < text.size(); ++i) {
      char character = text[i];
      if (character == '%') {
        const std::string_view digits = text.substr(i + 1, 2);
        const auto value = parse_whole<unsigned>(digits, 16);
        if (!value || digits.size() != 2)
          refuse("a '%' must be followed by two hexadecimal digits (write %25 for one)");
        character = static_cast<char>(*value);
        i += 2;
      }
      if (static_cast<unsigned char>(character) < 0x20) refuse("it has a control character");
      decoded += character;
    }
    return decoded;
  }

  void read_authority(std::string_view authority, Url& url) const {
    if (authority.find('@') != std::string_view::npos)
      refuse("it has a user name, which syslog does not use");
    std::size_t host_end = authority.find(':');
    if (authority.starts_with('[')) {
      const std::size_t bracket = authority.find(']');
      if (bracket == std::string_view::npos) refuse("a '[' without a ']'");
      url.host = decode(authority.substr(1, bracket - 1));
      url.is_host_in_brackets = true;
      host_end = bracket + 1 < authority.size() ? bracket + 1 : std::string_view::npos;
      if (host_end != std::string_view::npos && authority[host_end] != ':')
        refuse("what follows the ']' must be ':' and a port");
    } else {
      if (std::count(authority.begin(), authority.end(), ':') > 1)
        refuse("an IPv6 address must stand in brackets, as in tls://[2001:db8::1]:6514");
      url.host = decode(authority.substr(0, host_end));
    }
    if (host_end == std::string_view::npos) return;
    url.port = authority.substr(host_end + 1);
    if (url.port.empty()) refuse("the port is missing behind ':'");
  }

  std::vector<std::pair<std::string, std::string>> read_query(std::string_view query) const {
    std::vector<std::pair<std::string, std::string>> options;
    while (!query.empty()) {
      const std::size_t end = query.find('&');
      const std::string_view option = query.substr(0, end);
      query = end == std::string_view::npos ? std::string_view{} : query.substr(end + 1);
      const std::size_t equals = option.find('=');
      if (equals == std::string_view::npos || equals == 0)
        refuse(fmt::format("\"{}\" is not an option; write NAME=VALUE", printable(option, 80)));
      std::string name = decode(option.substr(0, equals));
      for (const auto& [known, value] : options) {
        if (known == name) refuse(fmt::format("\"{}\" is given twice", printable(name, 80)));
      }
      options.emplace_back(std::move(name), decode(option.substr(equals + 1)));
    }
    return options;
  }

  std::string_view text_;
};

}  // namespace

Url parse_url(std::string_view text) {
  return UrlReader(text).read();
}

void refuse_url(const Url& url, std::string_view reason) {
  throw Error(Fault::Usage,
              fmt::format("collector address {}://{}{}: {}", printable(url.scheme, 40),
                          printable(url.host, 80), printable(url.path, 80), reason));
}

std::optional<std::string> UrlOptions::take(std::string_view name) {
  known_.emplace_back(name);
  for (const auto& [given, value] : url_.query) {
    if (given != name) continue;
    if (value.empty()) refuse_url(url_, fmt::format("?{}= is empty", name));
    return value;
  }
  return std::nullopt;
}

std::optional<bool> UrlOptions::take_switch(std::string_view name) {
  const std::optional<std::string> value = take(name);
  if (!value) return std::nullopt;
  if (*value != "1" && *value != "0")
    refuse_url(url_, fmt::format("?{}= is 1 or 0, not \"{}\"", name, printable(*value, 40)));
  return *value == "1";
}

void UrlOptions::require_all_taken() const {
  for (const auto& [name, value] : url_.query) {
    if (std::ranges::find(known_, name) != known_.end()) continue;
    refuse_url(url_, fmt::format("?{}= is unknown; the options of {}:// are: {}",
                                 printable(name, 40), url_.scheme, fmt::join(known_, ", ")));
  }
}

}  // namespace vrni2syslog
