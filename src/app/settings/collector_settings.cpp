#include "app/settings/collector_settings.h"

#include "app/options/value_parsers.h"
#include "app/settings/script_collector.h"
#include "app/settings/tls_options.h"
#include "format/line_format.h"
#include "transport/collector_address.h"
#include "transport/schemes.h"

namespace vrni2syslog {
namespace {

using RequiredVerdict = std::optional<Verdict>;

constexpr std::array<std::pair<std::string_view, RequiredVerdict>, 4> kVerdicts{
    {{"consumed", Verdict::Consumed},
     {"acked", Verdict::Acked},
     {"written", Verdict::Written},
     {"auto", std::nullopt}}};

[[nodiscard]] CollectorAddress make_script_collector(const OptionValues& values,
                                                     const TlsSettings& tls,
                                                     std::vector<std::string>& warnings) {
  const std::string server = values.text(Option::VrliServer);
  // Without the port first, so that a wrong host is not reported as a wrong port.
  std::string url = values.parse(Option::VrliServer,
                                 [](std::string_view host) { return script_collector(host, {}); });
  if (values.is_given(Option::VrliPort)) {
    url = values.parse(Option::VrliPort,
                       [&](std::string_view port) { return script_collector(server, port); });
    const std::string warning = script_port_warning(server, values.text(Option::VrliPort));
    if (!warning.empty()) warnings.push_back(values.origin(Option::VrliPort) + ": " + warning);
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

}  // namespace

std::vector<CollectorAddress> make_collectors(const OptionValues& values,
                                              std::vector<std::string>& warnings) {
  const TlsSettings tls = make_collector_tls(values);
  std::vector<CollectorAddress> collectors;
  for (const GivenOption& given : values.of(Option::Collector)) {
    collectors.push_back(OptionValues::parse_given(
        given, [&](std::string_view text) { return parse_collector_with_format(text, tls); }));
  }
  if (values.is_given(Option::VrliServer)) {
    collectors.push_back(make_script_collector(values, tls, warnings));
  } else if (values.is_given(Option::VrliPort)) {
    throw values.error(Option::VrliPort, "a port needs --vrli-server");
  }
  return collectors;
}

CollectorOptions make_collector_options(const OptionValues& values) {
  CollectorOptions options;
  options.connect_timeout = values.parse(Option::ConnectTimeout, parse_time_limit);
  options.progress_timeout = values.parse(Option::SendTimeout, parse_time_limit);
  options.close_timeout = values.parse(Option::CloseTimeout, parse_time_limit);
  return options;
}

std::optional<Verdict> make_required_verdict(const OptionValues& values) {
  return values.parse(Option::Confirm,
                      [](std::string_view text) { return parse_keyword(text, kVerdicts); });
}

}  // namespace vrni2syslog
