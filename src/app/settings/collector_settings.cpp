#include "app/settings/collector_settings.h"

#include "app/options/value_parsers.h"
#include "app/settings/script_collector.h"
#include "app/settings/tls_options.h"
#include "base/sha256.h"
#include "format/line_format.h"
#include "transport/collector_address.h"
#include "transport/schemes.h"

#include <fmt/format.h>

#include <algorithm>
#include <cstddef>

namespace vrni2syslog {
namespace {

using RequiredVerdict = std::optional<Verdict>;

constexpr std::array<std::pair<std::string_view, RequiredVerdict>, 4> kVerdicts{
    {{"consumed", Verdict::Consumed},
     {"acked", Verdict::Acked},
     {"written", Verdict::Written},
     {"auto", std::nullopt}}};

[[nodiscard]] CollectorAddress make_script_collector(const OptionValues& values,
                                                     const TlsSettings& tls) {
  const std::string server = values.text(Option::VrliServer);
  // Without the port first, so that a wrong host is not reported as a wrong port.
  std::string url = values.parse(Option::VrliServer,
                                 [](std::string_view host) { return script_collector(host, {}); });
  if (values.is_given(Option::VrliPort)) {
    url = values.parse(Option::VrliPort,
                       [&](std::string_view port) { return script_collector(server, port); });
  }
  return parse_collector(url, tls);
}

/// Reads a `--collector`, and refuses a format that does not exist.
[[nodiscard]] CollectorAddress parse_collector_with_format(std::string_view text,
                                                           const TlsSettings& tls) {
  CollectorAddress address = parse_collector(text, tls);
  const Endpoint& first = address.front();
  const bool is_schemes_own = !find_scheme(first.scheme)->own_format.empty();
  if (!first.format.empty() && !is_schemes_own) static_cast<void>(parse_format_name(first.format));
  return address;
}

[[nodiscard]] bool has_oauth(const Endpoint& endpoint) noexcept {
  return endpoint.kafka.sasl == SaslMechanism::OauthBearer;
}

[[nodiscard]] bool has_token(const Endpoint& endpoint) noexcept {
  return endpoint.ingestion.api == IngestionApi::Vcf9 || has_oauth(endpoint);
}

[[nodiscard]] bool has_password(const Endpoint& endpoint) noexcept {
  const bool has_sasl = endpoint.kafka.sasl != SaslMechanism::None;
  return !endpoint.ingestion.user.empty() || (has_sasl && !has_oauth(endpoint));
}

[[nodiscard]] bool have_oauth(const std::vector<CollectorAddress>& collectors) {
  return std::ranges::any_of(collectors, [](const CollectorAddress& address) {
    return std::ranges::any_of(address, has_oauth);
  });
}

/// Whether the password or token of --collector-password-file belongs to one of the collectors.
[[nodiscard]] bool need_password(const std::vector<CollectorAddress>& collectors,
                                 bool has_token_command) {
  return std::ranges::any_of(collectors, [&](const CollectorAddress& address) {
    return have_login({address}) && !(has_token_command && std::ranges::all_of(address, has_oauth));
  });
}

}  // namespace

std::vector<CollectorAddress> make_collectors(const OptionValues& values) {
  const TlsSettings tls = make_collector_tls(values);
  std::vector<CollectorAddress> collectors;
  for (const GivenOption& given : values.of(Option::Collector)) {
    collectors.push_back(OptionValues::parse_given(
        given, [&](std::string_view text) { return parse_collector_with_format(text, tls); }));
  }
  if (values.is_given(Option::VrliServer)) {
    collectors.push_back(make_script_collector(values, tls));
  } else if (values.is_given(Option::VrliPort)) {
    throw values.error(Option::VrliPort, "a port needs --vrli-server");
  }
  return collectors;
}

bool have_login(const std::vector<CollectorAddress>& collectors) {
  return std::ranges::any_of(collectors, [](const CollectorAddress& address) {
    return std::ranges::any_of(address, has_password) || std::ranges::any_of(address, has_token);
  });
}

bool have_only_tokens(const std::vector<CollectorAddress>& collectors) {
  return std::ranges::none_of(collectors, [](const CollectorAddress& address) {
    return std::ranges::any_of(address, has_password);
  });
}

void add_collector_password(const std::vector<CollectorAddress>& collectors,
                            const OptionValues& values, const SecretContext& context,
                            CollectorOptions& options) {
  if (!need_password(collectors, !options.token_command.empty())) return;
  options.password =
      have_only_tokens(collectors)
          ? find_secret(kCollectorToken, values, "Token for the collector: ", context)
          : find_secret(kCollectorPassword, values, "Password for the collector: ", context);
}

void require_login_for_password(const OptionValues& values,
                                const std::vector<CollectorAddress>& collectors) {
  const bool has_token_command = values.is_given(Option::CollectorTokenCommand);
  if (has_token_command && !have_oauth(collectors))
    throw values.error(Option::CollectorTokenCommand, "no collector has ?sasl=oauthbearer");
  if (need_password(collectors, has_token_command)) return;
  for (const Option option : {Option::CollectorPasswordFile, Option::CollectorPassword}) {
    if (values.is_given(option)) {
      throw values.error(option,
                         has_token_command
                             ? "the token comes from --collector-token-command; remove one of them"
                             : "no collector has an account; add ?user=NAME to that of cfapi://, "
                               "or ?sasl= to that of kafka://");
    }
  }
}

std::string agent_uuid(std::string_view name) {
  constexpr unsigned char kVersion8 = 0x80;
  constexpr unsigned char kVariant = 0x80;
  constexpr std::size_t kVersionByte = 6;
  constexpr std::size_t kVariantByte = 8;
  Sha256 hash;
  hash.update(name);
  Sha256Digest digest = hash.finish();
  digest[kVersionByte] = static_cast<unsigned char>((digest[kVersionByte] & 0x0F) | kVersion8);
  digest[kVariantByte] = static_cast<unsigned char>((digest[kVariantByte] & 0x3F) | kVariant);
  const std::string hex = to_hex(digest);
  return fmt::format("{}-{}-{}-{}-{}", hex.substr(0, 8), hex.substr(8, 4), hex.substr(12, 4),
                     hex.substr(16, 4), hex.substr(20, 12));
}

CollectorOptions make_collector_options(const OptionValues& values) {
  CollectorOptions options;
  options.connect_timeout = values.parse(Option::ConnectTimeout, parse_time_limit);
  options.progress_timeout = values.parse(Option::SendTimeout, parse_time_limit);
  options.close_timeout = values.parse(Option::CloseTimeout, parse_time_limit);
  options.token_command = values.text(Option::CollectorTokenCommand);
  return options;
}

std::optional<Verdict> make_required_verdict(const OptionValues& values) {
  return values.parse(Option::Confirm,
                      [](std::string_view text) { return parse_keyword(text, kVerdicts); });
}

}  // namespace vrni2syslog
