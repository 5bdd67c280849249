#include "app/settings/login_settings.h"

#include "app/options/config_file.h"
#include "app/options/value_parsers.h"
#include "base/text/ascii.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <cstdint>
#include <variant>
#include <vector>

namespace vrni2syslog {
namespace {

/// The ways to log in, in the order of Credentials.
enum class LoginKind : std::uint8_t { Password, Vidm, Cloud, Bearer };

/// An option that makes sense for one way to log in only.
struct LoginOption {
  Option option;
  LoginKind login;
};

constexpr LoginOption kLoginOptions[] = {
    {Option::Password, LoginKind::Password},
    {Option::PasswordFile, LoginKind::Password},
    {Option::VidmToken, LoginKind::Vidm},
    {Option::VidmTokenFile, LoginKind::Vidm},
    {Option::ApiToken, LoginKind::Cloud},
    {Option::ApiTokenFile, LoginKind::Cloud},
    {Option::CloudLocation, LoginKind::Cloud},
    {Option::CloudApiUrl, LoginKind::Cloud},
    {Option::CloudAuthUrl, LoginKind::Cloud},
    {Option::BearerTokenFile, LoginKind::Bearer},
    {Option::BearerTokenCommand, LoginKind::Bearer},
};

constexpr std::array<std::pair<std::string_view, LoginKind>, 3> kDomainTypes{
    {{"LOCAL", LoginKind::Password}, {"LDAP", LoginKind::Password}, {"VIDM", LoginKind::Vidm}}};

enum class Deployment : std::uint8_t { OnPremises, Cloud };

/// The words of all versions of the script, and a plain one.
constexpr std::array<std::pair<std::string_view, Deployment>, 5> kDeployments{
    {{"onprem", Deployment::OnPremises},
     {"saas", Deployment::Cloud},
     {"niaas", Deployment::Cloud},
     {"vrnic", Deployment::Cloud},
     {"cloud", Deployment::Cloud}}};

/// Ways to log in by their systemd credentials, from the most to the least preferred.
constexpr std::pair<const SecretKind*, LoginKind> kCredentials[] = {
    {&kPassword, LoginKind::Password},
    {&kVidmToken, LoginKind::Vidm},
    {&kApiToken, LoginKind::Cloud},
    {&kBearerToken, LoginKind::Bearer}};

[[nodiscard]] std::string upper_case(std::string_view text) {
  std::string upper(text);
  std::ranges::transform(upper, upper.begin(), to_upper);
  return upper;
}

[[nodiscard]] LoginKind login_of_domain_type(std::string_view text) {
  return parse_keyword(upper_case(text), kDomainTypes);
}

[[nodiscard]] Deployment deployment_of(const OptionValues& values) {
  return values.parse(Option::DeploymentType, [](std::string_view text) {
    return parse_keyword(lower_case(text), kDeployments);
  });
}

/// Whether an option was given to say something. The default value in the configuration file says
/// nothing: --print-config writes it there.
[[nodiscard]] bool is_meant(const OptionValues& values, Option option) {
  if (!values.is_given(option)) return false;
  const GivenOption& given = values.of(option).back();
  return given.source != OptionSource::ConfigFile || given.value != info_of(option).default_value;
}

/// Every option that was given and says how to log in.
[[nodiscard]] std::vector<LoginOption> given_login_options(const OptionValues& values) {
  std::vector<LoginOption> given;
  if (deployment_of(values) == Deployment::Cloud) {
    given.push_back({Option::DeploymentType, LoginKind::Cloud});
  }
  if (is_meant(values, Option::DomainType)) {
    given.push_back({Option::DomainType, values.parse(Option::DomainType, login_of_domain_type)});
  }
  std::ranges::copy_if(kLoginOptions, std::back_inserter(given),
                       [&](const LoginOption& row) { return is_meant(values, row.option); });
  return given;
}

[[nodiscard]] OptionSource source_of(const OptionValues& values, Option option) {
  return values.of(option).back().source;
}

[[nodiscard]] bool names_own_platform(const OptionValues& values) {
  return is_meant(values, Option::DeploymentType) &&
         deployment_of(values) == Deployment::OnPremises;
}

/// If a source names a way to log in, options for other ways do not count in sources with lower
/// precedence.
void drop_overruled(const OptionValues& values, std::vector<LoginOption>& given) {
  const auto source = [&](const LoginOption& row) { return source_of(values, row.option); };
  if (names_own_platform(values)) {
    std::erase_if(given, [&](const LoginOption& row) {
      return row.login == LoginKind::Cloud &&
             source(row) > source_of(values, Option::DeploymentType);
    });
  }
  const auto first = std::ranges::min_element(given, {}, source);
  if (first == given.end()) return;
  const LoginOption named = *first;
  std::erase_if(given, [&](const LoginOption& row) {
    return row.login != named.login && source(row) > source(named);
  });
}

void refuse_contradictions(const OptionValues& values, const std::vector<LoginOption>& given) {
  for (const LoginOption& row : given) {
    if (row.login != given.front().login) {
      throw values.error({given.front().option, row.option},
                         "these belong to different ways to log in; give those of one");
    }
    if (row.login == LoginKind::Cloud && names_own_platform(values) &&
        source_of(values, row.option) == source_of(values, Option::DeploymentType)) {
      throw values.error({Option::DeploymentType, row.option},
                         "one names a platform of your own, the other the cloud service");
    }
  }
  if (values.is_given(Option::BearerTokenFile) && values.is_given(Option::BearerTokenCommand)) {
    throw values.error({Option::BearerTokenFile, Option::BearerTokenCommand},
                       "one of them is enough");
  }
}

[[nodiscard]] LoginKind login_of_credentials(const SystemFacts& facts) {
  for (const auto& [secret, login] : kCredentials) {
    if (facts.credentials.contains(secret->credential)) return login;
  }
  return LoginKind::Password;
}

/// The domain type of an account with a password: LOCAL if the option says VIDM, which another
/// option has overruled.
[[nodiscard]] std::string domain_type_of(const OptionValues& values) {
  const bool is_overruled =
      values.parse(Option::DomainType, login_of_domain_type) != LoginKind::Password;
  return is_overruled ? std::string(info_of(Option::DomainType).default_value)
                      : upper_case(values.text(Option::DomainType));
}

/// The way to log in that the options ask for, or those of their source with the highest
/// precedence.
[[nodiscard]] LoginKind choose_login(const OptionValues& values, const SystemFacts& facts) {
  std::vector<LoginOption> given = given_login_options(values);
  drop_overruled(values, given);
  refuse_contradictions(values, given);
  return given.empty() ? login_of_credentials(facts) : given.front().login;
}

[[nodiscard]] PasswordCredentials make_password(const OptionValues& values) {
  PasswordCredentials credentials;
  credentials.username = values.text(Option::Username);
  credentials.domain_type = domain_type_of(values);
  credentials.domain_value = values.text(Option::DomainValue);
  if (credentials.domain_type == "LDAP" && credentials.domain_value.empty()) {
    throw values.error(Option::DomainType, "an LDAP account needs --domain-value DOMAIN");
  }
  return credentials;
}

[[nodiscard]] CloudCredentials make_cloud(const OptionValues& values) {
  const ServiceUrl console = values.parse(Option::CloudAuthUrl, parse_cloud_auth_url);
  return {Secret(), console.host, console.url};
}

[[nodiscard]] BearerCredentials make_bearer(const OptionValues& values, const SystemFacts& facts) {
  BearerCredentials bearer;
  bearer.trust = file_trust_of(values);
  if (values.is_given(Option::BearerTokenCommand)) {
    bearer.command = values.text(Option::BearerTokenCommand);
  } else {
    bearer.file = secret_file(kBearerToken, values, facts);
  }
  return bearer;
}

[[nodiscard]] Credentials make_credentials(LoginKind login, const OptionValues& values,
                                           const SystemFacts& facts) {
  switch (login) {
    case LoginKind::Password:
      break;
    case LoginKind::Vidm:
      return VidmCredentials{};
    case LoginKind::Cloud:
      return make_cloud(values);
    case LoginKind::Bearer:
      return make_bearer(values, facts);
  }
  return make_password(values);
}

/// Finds the secret of each kind of credentials.
struct SecretFinder {
  const OptionValues& values;
  const std::string& host;
  const SecretContext& context;

  void operator()(PasswordCredentials& credentials) const {
    const std::string question =
        fmt::format("Password of {} on {}: ", printable(credentials.username), host);
    credentials.password = find_secret(kPassword, values, question, context);
  }
  void operator()(VidmCredentials& credentials) const {
    const std::string question = fmt::format("vIDM access token for {}: ", host);
    credentials.access_token = find_secret(kVidmToken, values, question, context);
  }
  void operator()(CloudCredentials& credentials) const {
    credentials.api_token =
        find_secret(kApiToken, values, "API token of the cloud service: ", context);
  }
  void operator()(const BearerCredentials& credentials) const {
    if (credentials.command.empty()) require_secret_file(kBearerToken, values, context);
  }
};

}  // namespace

Credentials make_login(const OptionValues& values, const SystemFacts& facts) {
  const LoginKind login = choose_login(values, facts);
  Credentials credentials = make_credentials(login, values, facts);
  const bool may_know_vidm = login == LoginKind::Password || login == LoginKind::Vidm;
  if (values.is_set(Option::GetVidmClientId) && !may_know_vidm) {
    throw values.error(Option::GetVidmClientId,
                       "it is asked of a platform of your own, without a bearer token; leave the "
                       "options for other logins out");
  }
  return credentials;
}

ServiceUrl make_platform_url(const OptionValues& values, const Credentials& login) {
  if (!std::holds_alternative<CloudCredentials>(login)) {
    if (values.is_given(Option::PlatformIp)) {
      return values.parse(Option::PlatformIp, parse_platform_url);
    }
    throw Error(Fault::Usage,
                "no platform: give --platform-ip HOST, or --api-token-file FILE for the cloud "
                "service (--help all shows every option)");
  }
  if (values.is_given(Option::PlatformIp)) {
    throw values.error(Option::PlatformIp,
                       "the cloud service is at the address of --cloud-location or "
                       "--cloud-api-url; leave this one out");
  }
  if (values.is_given(Option::CloudApiUrl)) {
    return values.parse(Option::CloudApiUrl, parse_cloud_api_url);
  }
  return values.parse(Option::CloudLocation, parse_cloud_location);
}

void add_secret(Credentials& login, const OptionValues& values, const std::string& host,
                const SecretContext& context) {
  std::visit(SecretFinder{values, host, context}, login);
}

}  // namespace vrni2syslog
