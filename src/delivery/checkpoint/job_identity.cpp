#include "delivery/checkpoint/job_identity.h"

#include "base/error.h"
#include "base/sha256.h"
#include "base/text/ascii.h"
#include "base/text/number.h"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <arpa/inet.h>
#include <array>
#include <netinet/in.h>
#include <set>
#include <utility>

namespace vrni2syslog {
namespace {

constexpr std::size_t kJobKeyDigits = 16;
constexpr std::size_t kMaxNameBytes = 64;

[[nodiscard]] bool is_in_names(char c) {
  return is_alphanumeric(c) || c == '.' || c == '_' || c == '-';
}

/// An IPv6 address without its brackets, which may have a zone.
[[nodiscard]] std::string spell_ipv6(const std::string& address) {
  const std::size_t zone = std::min(address.find('%'), address.size());
  in6_addr bytes{};
  std::array<char, INET6_ADDRSTRLEN> text{};
  if (::inet_pton(AF_INET6, address.substr(0, zone).c_str(), &bytes) != 1 ||
      ::inet_ntop(AF_INET6, &bytes, text.data(), text.size()) == nullptr) {
    return address;
  }
  return text.data() + address.substr(zone);
}

[[nodiscard]] std::string spell_host(std::string_view host) {
  if (host.starts_with('[') && host.ends_with(']'))
    return fmt::format("[{}]", spell_ipv6(std::string(host.substr(1, host.size() - 2))));
  if (host.size() > 1 && host.ends_with('.')) host.remove_suffix(1);
  return lower_case(host);
}

[[nodiscard]] std::string spell_address(std::string_view address) {
  constexpr std::string_view kSchemeEnd = "://";
  const std::size_t scheme_end = address.find(kSchemeEnd);
  if (scheme_end == std::string_view::npos) return std::string(address);
  const std::string_view scheme = address.substr(0, scheme_end);
  const std::string_view rest = address.substr(scheme_end + kSchemeEnd.size());
  const std::string_view authority = rest.substr(0, rest.find_first_of("/?#"));
  // The colon before a port is behind the brackets of an IPv6 address.
  const std::size_t bracket = authority.find(']');
  const std::size_t colon = std::min(
      authority.find(':', bracket == std::string_view::npos ? 0 : bracket), authority.size());
  std::string_view port = authority.substr(colon);
  if (scheme == "https" && !port.empty() && parse_whole<unsigned>(port.substr(1)) == 443U)
    port = {};
  return fmt::format("{}://{}{}{}", scheme, spell_host(authority.substr(0, colon)), port,
                     rest.substr(authority.size()));
}

}  // namespace

std::string one_spelling(std::string_view addresses) {
  std::vector<std::string> spelled;
  for (const std::string_view address : split_at_commas(addresses))
    spelled.push_back(spell_address(address));
  return fmt::format("{}", fmt::join(spelled, ","));
}

JobIdentity make_job_identity(std::string_view platform, std::string filter,
                              const std::vector<std::string>& collectors) {
  std::vector<std::string> names;
  names.reserve(collectors.size());
  for (const std::string& collector : collectors) names.push_back(one_spelling(collector));
  return {one_spelling(platform), std::move(filter), distinct_names(std::move(names))};
}

std::vector<std::string> distinct_names(std::vector<std::string> names) {
  std::set<std::string> taken;
  for (std::string& name : names) {
    const std::string base = name;
    for (int number = 2; !taken.insert(name).second; ++number)
      name = fmt::format("{}#{}", base, number);
  }
  return names;
}

std::string default_job_name(const JobIdentity& identity) {
  std::vector<std::string> collectors = identity.collectors;
  std::ranges::sort(collectors);
  Sha256 digest;
  const auto add = [&digest](const std::string& text) {
    digest.update(fmt::format("{}:", text.size()));  // so that no two identities read the same
    digest.update(text);
  };
  add("vrni2syslog job 1");
  add(identity.platform);
  add(identity.filter);
  for (const std::string& collector : collectors) add(collector);
  return to_hex(digest.finish()).substr(0, kJobKeyDigits);
}

bool is_default_job_name(std::string_view name) {
  return name.size() == kJobKeyDigits && std::ranges::all_of(name, is_lower_hex_digit);
}

std::string parse_job_name(std::string_view text) {
  if (!text.empty() && text.size() <= kMaxNameBytes && is_alphanumeric(text.front()) &&
      std::ranges::all_of(text, is_in_names)) {
    return std::string(text);
  }
  throw Error(
      Fault::Usage,
      fmt::format("'{}' cannot be the name of a job; write at most {} letters, digits, '.', '_' "
                  "and '-', beginning with a letter or digit",
                  printable(text, 80), kMaxNameBytes));
}

}  // namespace vrni2syslog
