#include "transport/schemes.h"

#include "base/error.h"
#include "base/text/ascii.h"
#include "transport/cfapi/cfapi_connection.h"
#include "transport/datagram/datagram_transport.h"
#include "transport/file/file_transport.h"
#include "transport/file/standard_output_transport.h"
#include "transport/kafka/kafka_connection.h"
#include "transport/kafka/kafka_url.h"
#include "transport/relp/relp_connection.h"
#include "transport/relp/relp_frame_parser.h"
#include "transport/stream/stream_connector.h"
#include "transport/unix/unix_transport.h"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <array>
#include <iterator>
#include <optional>
#include <string_view>
#include <utility>
#include <vector>

namespace vrni2syslog {
namespace {

/// What every receiver should take in one datagram (RFC 5426 section 3.2).
constexpr std::size_t kMaxDatagramLine = 2048;

void read_framing(UrlOptions& options, const TlsSettings&, Endpoint& endpoint) {
  if (const std::optional<std::string> framing = options.take("framing"))
    endpoint.framing = parse_framing(*framing);
}

/// A URL's options replace the common settings in two groups: whom to trust, and who we are.
/// `key_option` names the file of the private key.
void read_tls_with_key(UrlOptions& options, const TlsSettings& tls, std::string_view key_option,
                       Endpoint& endpoint) {
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
  const std::optional<std::string> key = options.take(key_option);
  if (certificate || key) {
    endpoint.tls.certificate_file = certificate.value_or("");
    endpoint.tls.key_file = key.value_or("");
  }
}

void read_tls(UrlOptions& options, const TlsSettings& tls, Endpoint& endpoint) {
  read_tls_with_key(options, tls, "key", endpoint);
}

/// RFC 5425 section 4.3 wants octet counting.
void read_framing_and_tls(UrlOptions& options, const TlsSettings& tls, Endpoint& endpoint) {
  endpoint.framing = Framing::Octet;
  read_framing(options, tls, endpoint);
  read_tls(options, tls, endpoint);
}

/// An event of the ingestion API, of which `text` may have 16 KB.
constexpr std::size_t kMaxEventBytes = 16U * 1024;

struct ApiName {
  std::string_view name;
  IngestionApi api;
};
constexpr ApiName kApiNames[] = {
    {"v1", IngestionApi::V1}, {"v2", IngestionApi::V2}, {"vcf9", IngestionApi::Vcf9}};
constexpr std::string_view kProviders[] = {"Local", "ActiveDirectory", "vIDM"};

[[nodiscard]] IngestionApi parse_ingestion_api(std::string_view text) {
  const auto* const row = std::ranges::find(kApiNames, text, &ApiName::name);
  if (row != std::end(kApiNames)) return row->api;
  std::vector<std::string_view> names;
  for (const ApiName& api : kApiNames) names.push_back(api.name);
  throw Error(Fault::Usage, fmt::format("?api={} is not known; write one of: {}", printable(text),
                                        fmt::join(names, ", ")));
}

[[nodiscard]] std::string parse_provider(const std::string& text) {
  if (std::ranges::find(kProviders, text) != std::end(kProviders)) return text;
  throw Error(Fault::Usage, fmt::format("?provider={} is not known; write one of: {}",
                                        printable(text), fmt::join(kProviders, ", ")));
}

/// The agent is a part of a path.
[[nodiscard]] std::string parse_agent(const std::string& text) {
  constexpr std::size_t kMaxBytes = 64;
  const bool is_fit = text.size() <= kMaxBytes && std::ranges::all_of(text, [](char c) {
                        return is_alphanumeric(c) || c == '-';
                      });
  if (is_fit) return text;
  throw Error(Fault::Usage, fmt::format("?agent={} is not a UUID", printable(text)));
}

/// Throws Error(Usage) for what the API of the URL would silently ignore or always refuse.
void require_fit(const IngestionOptions& ingestion, const std::optional<std::string>& provider) {
  if (ingestion.api == IngestionApi::V2 && ingestion.user.empty())
    throw Error(Fault::Usage, "?api=v2 takes events only in a session; add ?user=NAME");
  if (ingestion.api == IngestionApi::V2 && !ingestion.agent.empty())
    throw Error(Fault::Usage, "?agent= is not a part of ?api=v2; remove it");
  if (ingestion.api == IngestionApi::Vcf9 && (provider || !ingestion.user.empty())) {
    throw Error(Fault::Usage,
                "?api=vcf9 has no sessions; remove ?user= and ?provider=, and write the token into "
                "the file of --collector-password-file");
  }
  if (provider && ingestion.user.empty()) {
    throw Error(Fault::Usage,
                fmt::format("?provider={} says who knows an account, and there is none; add "
                            "?user=NAME or remove it",
                            *provider));
  }
}

void read_ingestion(UrlOptions& options, const TlsSettings&, Endpoint& endpoint) {
  IngestionOptions& ingestion = endpoint.ingestion;
  if (const auto api = options.take("api")) ingestion.api = parse_ingestion_api(*api);
  if (const auto agent = options.take("agent")) ingestion.agent = parse_agent(*agent);
  if (const auto user = options.take("user")) ingestion.user = *user;
  const std::optional<std::string> provider = options.take("provider");
  if (provider) ingestion.provider = parse_provider(*provider);
  ingestion.is_compressed = options.take_switch("gzip").value_or(true);
  if (ingestion.api == IngestionApi::V2) endpoint.format = "cfapi-v2";
  require_fit(ingestion, provider);
}

void read_ingestion_and_tls(UrlOptions& options, const TlsSettings& tls, Endpoint& endpoint) {
  read_ingestion(options, tls, endpoint);
  read_tls(options, tls, endpoint);
}

/// Where the records go was read before.
void take_kafka(UrlOptions& options, KafkaEncryption encryption, Endpoint& endpoint) {
  KafkaOptions kafka = read_kafka_options(options, encryption);
  kafka.brokers = std::move(endpoint.kafka.brokers);
  kafka.topic = std::move(endpoint.kafka.topic);
  endpoint.kafka = std::move(kafka);
}

void read_kafka(UrlOptions& options, const TlsSettings&, Endpoint& endpoint) {
  take_kafka(options, KafkaEncryption::None, endpoint);
}

void read_kafka_and_tls(UrlOptions& options, const TlsSettings& tls, Endpoint& endpoint) {
  take_kafka(options, KafkaEncryption::Tls, endpoint);
  // ?key= is that of the records.
  read_tls_with_key(options, tls, "cert-key", endpoint);
}

/// With key, headers and what a batch of one record adds, below the 1,000,000 bytes that
/// librdkafka and brokers take.
constexpr std::size_t kMaxRecordBytes = 900'000;

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
    {.name = "cfapi",
     .default_port = 9543,
     .own_format = "cfapi",
     .max_line_bytes = kMaxEventBytes,
     .read_options = read_ingestion_and_tls,
     .connect = connect_cfapi},
    {.name = "cfapi+http",
     .default_port = 9000,
     .own_format = "cfapi",
     .max_line_bytes = kMaxEventBytes,
     .read_options = read_ingestion,
     .connect = connect_cfapi_http},
    {.name = "kafka",
     .location = Location::Topic,
     .default_port = 9092,
     .max_line_bytes = kMaxRecordBytes,
     .read_options = read_kafka,
     .connect = connect_kafka},
    {.name = "kafka+tls",
     .location = Location::Topic,
     .default_port = 9092,
     .max_line_bytes = kMaxRecordBytes,
     .read_options = read_kafka_and_tls,
     .connect = connect_kafka_tls},
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
  if (endpoint.format.empty()) endpoint.format = scheme.own_format;
  if (scheme.own_format.empty()) endpoint.format = options.take("format").value_or("");
  options.require_all_taken();
}

}  // namespace vrni2syslog
