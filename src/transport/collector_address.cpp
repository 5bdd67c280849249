#include "transport/collector_address.h"

#include "base/error.h"
#include "base/text/ascii.h"
#include "base/text/ip_address.h"
#include "base/text/number.h"
#include "base/user_info.h"
#include "transport/contract/url.h"
#include "transport/kafka/kafka_url.h"
#include "transport/schemes.h"

#include <fmt/format.h>

#include <algorithm>
#include <string>
#include <vector>

namespace vrni2syslog {
namespace {

constexpr std::size_t kMaxAddresses = 32;
constexpr std::size_t kMaxHostBytes = 255;  // RFC 1035 section 2.3.4
constexpr std::string_view kSchemeEnd = "://";

/// Without the blanks around it, as people write them behind a comma.
std::string_view trimmed(std::string_view text) {
  while (!text.empty() && text.front() == ' ') text.remove_prefix(1);
  while (!text.empty() && text.back() == ' ') text.remove_suffix(1);
  return text;
}

/// What to write in place of a host that is none.
std::string host_remedy(const Url& url, const Scheme& scheme) {
  const bool is_ascii =
      std::ranges::all_of(url.host, [](char c) { return static_cast<unsigned char>(c) < 0x80; });
  if (!is_ascii)
    return "write an international name in its ASCII form, as in xn--bcher-kva.example (idn2 NAME "
           "shows it)";
  return fmt::format("write a host name or address, as in {}://HOST:{}", scheme.name,
                     scheme.default_port);
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
    refuse_url(url, fmt::format("\"{}\" is not a port from 1 to 65535", printable(url.port, 40)));
  return *port;
}

void read_host(const Url& url, const Scheme& scheme, Endpoint& endpoint) {
  if (url.is_host_in_brackets ? !is_ipv6_address(url.host) : !is_host_name(url.host))
    refuse_url(url, host_remedy(url, scheme));
  endpoint.host = url.host;
  endpoint.port = read_port(url, scheme.default_port);
}

void read_location(const Url& url, const Scheme& scheme, Endpoint& endpoint) {
  if (scheme.location == Location::Network) {
    read_host(url, scheme, endpoint);
    if (!url.path.empty() && url.path != "/")
      refuse_url(url, fmt::format("{}:// takes no path", scheme.name));
    return;
  }
  if (!url.host.empty() || !url.port.empty() || url.path.size() < 2)
    refuse_url(url, fmt::format("write an absolute path after three slashes, as in {}:///PATH",
                                scheme.name));
  endpoint.path = url.path;
}

/// A line is written once for all addresses of a collector.
void require_one_format(const CollectorAddress& address) {
  for (const Endpoint& endpoint : address) {
    const KafkaOptions& first = address.front().kafka;
    if (endpoint.kafka.topic.empty() != first.topic.empty() || endpoint.kafka.key != first.key) {
      throw Error(Fault::Usage,
                  fmt::format("the addresses {} are of one collector, but not all of them are of "
                              "Kafka with the same ?key=; repeat --collector",
                              list_names(address)));
    }
    if (address.size() > 1 && endpoint.kafka.has_transactions) {
      throw Error(Fault::Usage,
                  fmt::format("{}: ?transactions=on holds for one topic, so it cannot fail over to "
                              "another address; name more brokers of its cluster instead",
                              list_names(address)));
    }
    if (endpoint.format == address.front().format) continue;
    throw Error(Fault::Usage,
                fmt::format("the addresses {} are of one collector, but have different formats; "
                            "give all of them the same ?format=, or repeat --collector",
                            list_names(address)));
  }
}

/// Before anything of the text is quoted: a password with a '/' in it looks like a path, and one
/// with a ',' like another address.
void refuse_user_info(std::string_view text) {
  if (without_user_info(text) == text) return;
  const std::string_view host = text.substr(text.rfind('@') + 1);
  const std::string_view reason =
      text.starts_with("cfapi")
          ? "it has a user name; name the account with ?user=NAME, and its password with "
            "--collector-password-file"
          : "it has a user name, which syslog does not use";
  throw Error(Fault::Usage, fmt::format("collector address \"{}\": {}",
                                        printable(host.substr(0, host.find('?')), 120), reason));
}

/// The brokers of an address, each of which stands for "scheme://broker".
std::vector<std::string_view> brokers_in(std::string_view text) {
  text.remove_prefix(text.find(kSchemeEnd) + kSchemeEnd.size());
  text = text.substr(0, text.find_first_of("/?"));
  std::vector<std::string_view> brokers;
  while (true) {
    const std::size_t comma = text.find(',');
    brokers.push_back(trimmed(text.substr(0, comma)));
    if (comma == std::string_view::npos) return brokers;
    text.remove_prefix(comma + 1);
  }
}

/// The URL of an address with the first of its brokers only.
Url parse_topic_url(std::string_view text) {
  const std::size_t begin = text.find(kSchemeEnd) + kSchemeEnd.size();
  const std::string_view rest = text.substr(std::min(text.size(), text.find_first_of("/?", begin)));
  return parse_url(fmt::format("{}{}{}", text.substr(0, begin), brokers_in(text).front(), rest));
}

void read_topic(const Url& url, Endpoint& endpoint) {
  try {
    endpoint.kafka.topic = parse_topic(url.path);
  } catch (const Error& error) {
    refuse_url(url, error.what());
  }
}

/// The first broker is the endpoint's host, too: where an address is looked at, it stands for all.
void read_brokers(std::string_view text, const Scheme& scheme, Endpoint& endpoint) {
  const std::vector<std::string_view> brokers = brokers_in(text);
  if (brokers.size() > kMaxAddresses)
    throw Error(Fault::Usage, fmt::format("more than {} brokers for one topic", kMaxAddresses));
  for (auto broker = brokers.rbegin(); broker != brokers.rend(); ++broker) {
    read_host(parse_url(fmt::format("{}://{}", scheme.name, *broker)), scheme, endpoint);
    const bool is_bracketed = endpoint.host.find(':') != std::string::npos;
    endpoint.kafka.brokers = fmt::format(
        "{}{}{}:{}{}{}", is_bracketed ? "[" : "", endpoint.host, is_bracketed ? "]" : "",
        endpoint.port, endpoint.kafka.brokers.empty() ? "" : ",", endpoint.kafka.brokers);
  }
}

/// Whether the address names brokers and a topic.
bool names_topic(std::string_view text) {
  const Scheme* scheme = find_scheme(lower_case(text.substr(0, text.find(kSchemeEnd))));
  return scheme != nullptr && scheme->location == Location::Topic;
}

Endpoint parse_endpoint(std::string_view text, const TlsSettings& tls) {
  Endpoint endpoint;
  if (text == "-") {
    endpoint.scheme = std::string(text);
    return endpoint;
  }
  if (text.empty()) throw Error(Fault::Usage, "a collector address is empty");
  const Url url = names_topic(text) ? parse_topic_url(text) : parse_url(text);
  const Scheme* scheme = find_scheme(url.scheme);
  if (scheme == nullptr || scheme->location == Location::Standard)
    refuse_url(url, fmt::format("unknown scheme; there are: {}", scheme_list()));
  endpoint.scheme = url.scheme;
  if (scheme->location == Location::Topic) {
    read_topic(url, endpoint);
    read_brokers(text, *scheme, endpoint);
  } else {
    read_location(url, *scheme, endpoint);
  }
  read_url_options(url, *scheme, tls, endpoint);
  return endpoint;
}

/// Where the first address of a list ends. The commas of a list of brokers are within one address.
std::size_t end_of_address(std::string_view text) {
  if (!names_topic(trimmed(text))) return text.find(',');
  return text.find(',', text.find('/', text.find(kSchemeEnd) + kSchemeEnd.size()));
}

}  // namespace

Verdict best_verdict(const Endpoint& endpoint) noexcept {
  return find_scheme(endpoint.scheme)->best_verdict;
}

std::string_view line_format_of(const CollectorAddress& address,
                                std::string_view run_format) noexcept {
  const std::string& own = address.front().format;
  return own.empty() ? run_format : own;
}

std::optional<RecordKey> record_key_of(const CollectorAddress& address) noexcept {
  const KafkaOptions& kafka = address.front().kafka;
  if (kafka.topic.empty()) return std::nullopt;
  return kafka.key;
}

std::size_t max_line_bytes(const CollectorAddress& address) noexcept {
  std::size_t smallest = kNoLineLimit;
  for (const Endpoint& endpoint : address)
    smallest = std::min(smallest, find_scheme(endpoint.scheme)->max_line_bytes);
  return smallest;
}

CollectorAddress parse_collector(std::string_view text, const TlsSettings& tls) {
  refuse_user_info(text);
  CollectorAddress address;
  while (true) {
    const std::size_t comma = end_of_address(text);
    address.push_back(parse_endpoint(trimmed(text.substr(0, comma)), tls));
    if (address.size() > kMaxAddresses)
      throw Error(Fault::Usage,
                  fmt::format("more than {} addresses for one collector", kMaxAddresses));
    if (comma == std::string_view::npos) break;
    text.remove_prefix(comma + 1);
  }
  require_one_format(address);
  return address;
}

}  // namespace vrni2syslog
