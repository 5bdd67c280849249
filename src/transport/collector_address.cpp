#include "transport/collector_address.h"

#include "base/ascii.h"
#include "base/error.h"
#include "base/ip_address.h"
#include "base/number.h"
#include "transport/schemes.h"
#include "transport/url.h"

#include <fmt/format.h>

#include <algorithm>

namespace vrni2syslog {
namespace {

constexpr std::size_t kMaxAddresses = 32;
constexpr std::size_t kMaxHostBytes = 255;  // RFC 1035 section 2.3.4

[[noreturn]] void refuse(const Url& url, std::string_view reason) {
  throw Error(Fault::Usage,
              fmt::format("collector address {}://{}{}: {}", printable(url.scheme, 40),
                          printable(url.host, 80), printable(url.path, 80), reason));
}

bool is_host_name(std::string_view host) {
  return !host.empty() && host.size() <= kMaxHostBytes && host.front() != '-' &&
         std::ranges::all_of(
             host, [](char c) { return is_alphanumeric(c) || c == '.' || c == '-' || c == '_'; });
}

std::uint16_t read_port(const Url& url, std::uint16_t default_port) {
  if (url.port.empty()) return default_port;
  const std::optional<std::uint16_t> port = parse_whole<std::uint16_t>(url.port);
  if (!port || *port == 0)
    refuse(url, fmt::format("\"{}\" is not a port from 1 to 65535", printable(url.port, 40)));
  return *port;
}

void read_location(const Url& url, const Scheme& scheme, Endpoint& endpoint) {
  if (scheme.location == Location::Network) {
    if (url.is_host_in_brackets ? !is_ipv6_address(url.host) : !is_host_name(url.host))
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
  if (text.empty()) throw Error(Fault::Usage, "a collector address is empty");
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

Verdict best_verdict(const Endpoint& endpoint) noexcept {
  return find_scheme(endpoint.scheme)->best_verdict;
}

CollectorAddress parse_collector(std::string_view text, const TlsSettings& tls) {
  CollectorAddress address;
  while (true) {
    const std::size_t comma = text.find(',');
    address.push_back(parse_endpoint(text.substr(0, comma), tls));
    if (address.size() > kMaxAddresses)
      throw Error(Fault::Usage,
                  fmt::format("more than {} addresses for one collector", kMaxAddresses));
    if (comma == std::string_view::npos) return address;
    text.remove_prefix(comma + 1);
  }
}

}  // namespace vrni2syslog
