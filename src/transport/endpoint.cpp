#include "transport/endpoint.h"

#include "base/error.h"
#include "transport/schemes.h"
#include "transport/url.h"

#include <fmt/format.h>

#include <algorithm>
#include <arpa/inet.h>
#include <charconv>
#include <netinet/in.h>

namespace vrni2syslog {
namespace {

constexpr std::size_t kMaxAddresses = 32;
constexpr std::size_t kMaxHostBytes = 255;  // RFC 1035 section 2.3.4

[[noreturn]] void refuse(const Url& url, std::string_view reason) {
  throw Error(ExitStatus::Usage,
              fmt::format("collector address {}://{}{}: {}", printable(url.scheme, 40),
                          printable(url.host, 80), printable(url.path, 80), reason));
}

/// Whether `host` is an IPv6 address, with or without a zone ("fe80::1%eth0").
bool is_ipv6(const std::string& host) {
  in6_addr address{};
  return ::inet_pton(AF_INET6, host.substr(0, host.find('%')).c_str(), &address) == 1;
}

bool is_host_name(std::string_view host) {
  return !host.empty() && host.size() <= kMaxHostBytes && host.front() != '-' &&
         std::all_of(host.begin(), host.end(), [](char character) {
           return (character >= 'a' && character <= 'z') ||
                  (character >= 'A' && character <= 'Z') ||
                  (character >= '0' && character <= '9') || character == '.' || character == '-' ||
                  character == '_';
         });
}

std::uint16_t read_port(const Url& url, std::uint16_t default_port) {
  if (url.port.empty()) return default_port;
  unsigned port = 0;
  const char* end = url.port.data() + url.port.size();
  const auto [parsed_end, error] = std::from_chars(url.port.data(), end, port);
  if (error != std::errc{} || parsed_end != end || port == 0 || port > 65535)
    refuse(url, fmt::format("\"{}\" is not a port from 1 to 65535", printable(url.port, 40)));
  return static_cast<std::uint16_t>(port);
}

void read_location(const Url& url, const Scheme& scheme, Endpoint& endpoint) {
  if (scheme.location == Location::Network) {
    if (url.is_host_in_brackets ? !is_ipv6(url.host) : !is_host_name(url.host))
      refuse(url, fmt::format("write a host name or address, as in {}://HOST:{}", scheme.name,
                              scheme.default_port));
    if (!url.path.empty() && url.path != "/")
      refuse(url, fmt::format("{}:// takes no path", scheme.name));
    endpoint.host = url.host;
    endpoint.port = read_port(url, scheme.default_port);
    return;
  }
  if (!url.host.empty() || !url.port.empty() || url.path.size() < 2)
    refuse(url, fmt::format("write an absolute path after three slashes, as in {}:///PATH",
                            scheme.name));
  endpoint.path = url.path;
}

bool read_switch(const Url& url, std::string_view name, std::string_view value) {
  if (value != "1" && value != "0")
    refuse(url, fmt::format("?{}= is 1 or 0, not \"{}\"", name, printable(value, 40)));
  return value == "1";
}

/// What a URL's query says about TLS, and which of the two groups of settings it replaces.
class TlsOptions {
 public:
  explicit TlsOptions(TlsSettings& settings) : settings_(settings) {}

  /// False where the name is none of these options.
  bool read(const Url& url, std::string_view name, const std::string& value) {
    if (name == "ca-file") {
      trust().ca_file = value;
    } else if (name == "fingerprint") {
      trust().fingerprint = parse_fingerprint(value);
    } else if (name == "insecure") {
      trust().is_insecure = read_switch(url, name, value);
    } else if (name == "cert") {
      identity().certificate_file = value;
    } else if (name == "key") {
      identity().key_file = value;
    } else {
      return false;
    }
    if (value.empty()) refuse(url, fmt::format("?{}= is empty", name));
    return true;
  }

 private:
  TlsSettings& trust() {
    if (!is_trust_replaced_) {
      settings_.ca_file.clear();
      settings_.fingerprint.reset();
      settings_.is_insecure = false;
    }
    is_trust_replaced_ = true;
    return settings_;
  }

  TlsSettings& identity() {
    if (!is_identity_replaced_) {
      settings_.certificate_file.clear();
      settings_.key_file.clear();
    }
    is_identity_replaced_ = true;
    return settings_;
  }

  TlsSettings& settings_;
  bool is_trust_replaced_ = false;
  bool is_identity_replaced_ = false;
};

std::string options_of(const Scheme& scheme) {
  if (!scheme.has_tls) return scheme.has_framing ? "framing" : "none";
  const std::string framing = scheme.has_framing ? "framing, " : "";
  return framing + "ca-file, fingerprint, insecure, cert and key";
}

void read_query(const Url& url, const Scheme& scheme, Endpoint& endpoint) {
  TlsOptions tls_options(endpoint.tls);
  for (const auto& [name, value] : url.query) {
    if (name == "framing" && scheme.has_framing) {
      endpoint.framing = parse_framing(value);
    } else if (!scheme.has_tls || !tls_options.read(url, name, value)) {
      refuse(url, fmt::format("?{}= is unknown; the options of {}:// are: {}", printable(name, 40),
                              scheme.name, options_of(scheme)));
    }
  }
}

Endpoint parse_endpoint(std::string_view text, const TlsSettings& tls) {
  Endpoint endpoint;
  if (text == "-") {
    endpoint.scheme = std::string(text);
    return endpoint;
  }
  if (text.empty()) throw Error(ExitStatus::Usage, "a collector address is empty");
  const Url url = parse_url(text);
  const Scheme* scheme = find_scheme(url.scheme);
  if (scheme == nullptr || scheme->location == Location::Standard)
    refuse(url, fmt::format("unknown scheme; there are: {}", scheme_list()));
  endpoint.scheme = url.scheme;
  endpoint.framing = scheme->default_framing;
  if (scheme->has_tls) endpoint.tls = tls;
  read_location(url, *scheme, endpoint);
  read_query(url, *scheme, endpoint);
  return endpoint;
}

}  // namespace

std::string Endpoint::display_name() const {
  if (scheme == "-") return "standard output";
  if (!path.empty()) return fmt::format("{}://{}", scheme, printable(path.string()));
  const bool is_bracketed = host.find(':') != std::string::npos;
  return is_bracketed ? fmt::format("{}://[{}]:{}", scheme, printable(host), port)
                      : fmt::format("{}://{}:{}", scheme, printable(host), port);
}

Verdict best_verdict(const Endpoint& endpoint) noexcept {
  return find_scheme(endpoint.scheme)->best_verdict;
}

std::string list_names(const CollectorAddress& address) {
  std::string names;
  for (const Endpoint& endpoint : address) {
    if (!names.empty()) names += ",";
    names += endpoint.display_name();
  }
  return names;
}

CollectorAddress parse_collector(std::string_view text, const TlsSettings& tls) {
  CollectorAddress address;
  while (true) {
    const std::size_t comma = text.find(',');
    address.push_back(parse_endpoint(text.substr(0, comma), tls));
    if (address.size() > kMaxAddresses)
      throw Error(ExitStatus::Usage,
                  fmt::format("more than {} addresses for one collector", kMaxAddresses));
    if (comma == std::string_view::npos) return address;
    text.remove_prefix(comma + 1);
  }
}

}  // namespace vrni2syslog
