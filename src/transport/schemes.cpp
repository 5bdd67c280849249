#include "transport/schemes.h"

#include "transport/datagram/datagram_transport.h"
#include "transport/file/file_transport.h"
#include "transport/file/standard_output_transport.h"
#include "transport/relp/relp_connection.h"
#include "transport/relp/relp_frame_parser.h"
#include "transport/stream/stream_connector.h"
#include "transport/unix/unix_transport.h"

#include <array>
#include <optional>

namespace vrni2syslog {
namespace {

/// What every receiver should take in one datagram (RFC 5426 section 3.2).
constexpr std::size_t kMaxDatagramLine = 2048;

void read_framing(UrlOptions& options, const TlsSettings&, Endpoint& endpoint) {
  if (const std::optional<std::string> framing = options.take("framing"))
    endpoint.framing = parse_framing(*framing);
}

/// A URL's options replace the common settings in two groups: whom to trust, and who we are.
void read_tls(UrlOptions& options, const TlsSettings& tls, Endpoint& endpoint) {
  endpoint.tls = tls;
  const std::optional<std::string> ca_file = options.take("ca-file");
  const std::optional<std::string> fingerprint = options.take("fingerprint");
  const std::optional<bool> is_insecure = options.take_switch("insecure");
  if (ca_file || fingerprint || is_insecure) {
    endpoint.tls.ca_file = ca_file.value_or("");
    endpoint.tls.fingerprint.reset();
    if (fingerprint) endpoint.tls.fingerprint = parse_fingerprint(*fingerprint);
    endpoint.tls.is_insecure = is_insecure.value_or(false);
  }
  const std::optional<std::string> certificate = options.take("cert");
  const std::optional<std::string> key = options.take("key");
  if (certificate || key) {
    endpoint.tls.certificate_file = certificate.value_or("");
    endpoint.tls.key_file = key.value_or("");
  }
}

/// RFC 5425 section 4.3 wants octet counting.
void read_framing_and_tls(UrlOptions& options, const TlsSettings& tls, Endpoint& endpoint) {
  endpoint.framing = Framing::Octet;
  read_framing(options, tls, endpoint);
  read_tls(options, tls, endpoint);
}

constexpr auto kSchemes = std::to_array<Scheme>({
    {.name = "tls",
     .default_port = 6514,
     .read_options = read_framing_and_tls,
     .connect = connect_tls},
    {.name = "tcp", .default_port = 514, .read_options = read_framing, .connect = connect_tcp},
    {.name = "udp",
     .default_port = 514,
     .max_line_bytes = kMaxDatagramLine,
     .best_verdict = Verdict::Written,
     .connect = connect_udp},
    {.name = "relp",
     .default_port = 2514,
     .max_line_bytes = kMaxRelpDataBytes,
     .connect = connect_relp},
    {.name = "relps",
     .default_port = 2514,
     .max_line_bytes = kMaxRelpDataBytes,
     .read_options = read_tls,
     .connect = connect_relps},
    {.name = "unix",
     .location = Location::Path,
     .read_options = read_framing,
     .connect = connect_unix},
    {.name = "file",
     .location = Location::Path,
     .read_options = read_framing,
     .connect = open_file},
    {.name = "-",
     .location = Location::Standard,
     .best_verdict = Verdict::Written,
     .connect = open_standard_output},
});

}  // namespace

const Scheme* find_scheme(std::string_view name) noexcept {
  for (const Scheme& scheme : kSchemes) {
    if (scheme.name == name) return &scheme;
  }
  return nullptr;
}

std::string scheme_list() {
  std::string list;
  for (const Scheme& scheme : kSchemes) {
    if (!list.empty()) list += ", ";
    list += scheme.name;
    if (scheme.location != Location::Standard) list += "://";
  }
  return list;
}

void read_url_options(const Url& url, const Scheme& scheme, const TlsSettings& tls,
                      Endpoint& endpoint) {
  UrlOptions options(url);
  if (scheme.read_options != nullptr) scheme.read_options(options, tls, endpoint);
  endpoint.format = scheme.own_format;
  if (scheme.own_format.empty()) endpoint.format = options.take("format").value_or("");
  options.require_all_taken();
}

}  // namespace vrni2syslog
