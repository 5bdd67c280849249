#include "app/options/option_table.h"

#include "app/options/nearest_name.h"

#include <algorithm>
#include <array>
#include <vector>

namespace vrni2syslog {
namespace {

using enum OptionPlace;
using Group = OptionGroup;
using Topic = OptionTopic;

constexpr std::array<OptionInfo, kOptionCount> kOptions{{
    {Option::PlatformIp, "platform-ip", '\0', "HOST", Group::Platform, "",
     "the vRNI platform: host, host:port or https URL"},
    {Option::Username, "username", '\0', "NAME", Group::Platform, "admin@local", "account"},
    {Option::PasswordFile, "password-file", '\0', "FILE", Group::Platform, "",
     "its password: the first line of FILE", Anywhere, Topic::Login},
    {Option::Password, "password", '\0', "PASSWORD", Group::Platform, "",
     "the password itself; others can see it", Anywhere, Topic::Login, true},
    {Option::DomainType, "domain-type", '\0', "TYPE", Group::Platform, "LOCAL",
     "kind of account: LOCAL, LDAP or VIDM"},
    {Option::DomainValue, "domain-value", '\0', "DOMAIN", Group::Platform, "",
     "the domain of an LDAP account"},
    {Option::PlatformCaFile, "platform-ca-file", '\0', "FILE", Group::Platform, "",
     "authorities (PEM) that the platform's certificate must come from, in place of the system's"},
    {Option::PlatformFingerprint, "platform-fingerprint", '\0', "SHA256", Group::Platform, "",
     "trust just this certificate: sha256:..."},
    {Option::AnswerTimeout, "answer-timeout", '\0', "TIME", Group::Platform, "120s",
     "longest wait for one answer of the platform"},
    {Option::Concurrency, "concurrency", '\0', "NUMBER", Group::Platform, "4",
     "most requests at once, if it bears them"},

    {Option::VidmTokenFile, "vidm-token-file", '\0', "FILE", Group::Logins, "",
     "vIDM access token: the first line of FILE", Anywhere, Topic::Login},
    {Option::VidmToken, "vidm-token", '\0', "TOKEN", Group::Logins, "",
     "the token itself (visible in the process list)", Anywhere, Topic::Login, true},
    {Option::GetVidmClientId, "get-vidm-client-id", '\0', "", Group::Logins, "",
     "show where to get such a token, and end", CommandLineOnly},
    {Option::BearerTokenFile, "bearer-token-file", '\0', "FILE", Group::Logins, "",
     "bearer token (VCF 9.1): the first line of FILE", Anywhere, Topic::Login},
    {Option::BearerTokenCommand, "bearer-token-command", '\0', "COMMAND", Group::Logins, "",
     "or what a shell command prints", Anywhere, Topic::Login, true},
    {Option::ApiTokenFile, "api-token-file", '\0', "FILE", Group::Logins, "",
     "cloud service's API token: first line of FILE", Anywhere, Topic::Login},
    {Option::ApiToken, "api-token", '\0', "TOKEN", Group::Logins, "",
     "the token itself (visible in the process list)", Anywhere, Topic::Login, true},
    {Option::CloudLocation, "cloud-location", '\0', "REGION", Group::Logins, "us",
     "us, uk, jp, au, de or ca"},
    {Option::CloudApiUrl, "cloud-api-url", '\0', "URL", Group::Logins, "",
     "the cloud API, in place of a region's"},
    {Option::CloudAuthUrl, "cloud-auth-url", '\0', "URL", Group::Logins,
     "https://console.cloud.vmware.com", "where API tokens are exchanged"},

    {Option::Last, "last", '\0', "TIME", Group::Flows, "",
     "the TIME up to now minus --settle; without any window: from where the last run ended",
     Anywhere, Topic::Window},
    {Option::Yesterday, "yesterday", '\0', "", Group::Flows, "",
     "the calendar day before today in --time-zone", Anywhere, Topic::Window},
    {Option::Since, "since", '\0', "TIME", Group::Flows, "",
     "from a time on: 2026-11-22, 2026-11-22T13:00, 2026-11-22T13:00:00Z", Anywhere, Topic::Window},
    {Option::Until, "until", '\0', "TIME", Group::Flows, "",
     "up to, without, a time; else now minus --settle", Anywhere, Topic::Window},
    {Option::TimeZone, "time-zone", '\0', "ZONE", Group::Flows, "UTC",
     "zone of days, and of times without a zone: Europe/Amsterdam"},
    {Option::Settle, "settle", '\0', "TIME", Group::Flows, "10m",
     "how late flows may reach the platform"},
    {Option::Resolution, "resolution", '\0', "TIME", Group::Flows, "",
     "record a flow once for every unit of TIME in which it was active; else once for the window"},
    {Option::RepeatAfter, "repeat-after", '\0', "TIME", Group::Flows, "",
     "leave out a flow sent in the TIME before, unless action, rule, a VM or a tag changed"},
    {Option::Filter, "filter", '\0', "FILTER", Group::Flows,
     "((flow_tag = TAG_SRC_IP_VM) or (flow_tag = TAG_DST_IP_VM))",
     "a vRNI search filter; '' for every flow", Anywhere, Topic::Own, false, false, true},
    {Option::Metrics, "metrics", '\0', "LIST", Group::Flows, "",
     "counters to add, summed up over the unit: bytes,packets,sessions; else none"},

    {Option::Collector, "collector", '\0', "URL", Group::Collectors, "",
     "where lines go: tls://HOST[:6514], tcp://HOST[:514], udp://HOST[:514], relp://HOST[:2514], "
     "relps://HOST[:2514] (RELP inside of TLS), unix:///dev/log, file:///PATH or - for standard "
     "output; comma: fail over; given again: to both",
     Anywhere, Topic::Collector, false, true},
    {Option::CollectorCaFile, "collector-ca-file", '\0', "FILE", Group::Collectors, "",
     "authorities (PEM) that collectors' certificates must come from, in place of the system's"},
    {Option::CollectorCertificate, "collector-certificate", '\0', "FILE", Group::Collectors, "",
     "certificate (PEM) to show to collectors"},
    {Option::CollectorKey, "collector-key", '\0', "FILE", Group::Collectors, "",
     "its private key (PEM), if not in the same file"},
    {Option::Confirm, "confirm", '\0', "WHAT", Group::Collectors, "auto",
     "what a collector must confirm: consumed, acked, written or auto"},
    {Option::SendTimeout, "send-timeout", '\0', "TIME", Group::Collectors, "60s",
     "longest time without a byte taken"},
    {Option::CloseTimeout, "close-timeout", '\0', "TIME", Group::Collectors, "10s",
     "longest wait for the answer to an orderly close"},

    {Option::Format, "format", '\0', "NAME", Group::Lines, "rfc5424",
     "rfc5424; logger (<PRI> and message, for logger --prio-prefix); message"},
    {Option::Fields, "fields", '\0', "LIST", Group::Lines, "",
     "fields to write, in this order: action,src_ip,dst_ip,...; else all"},
    {Option::SdId, "sd-id", '\0', "ID", Group::Lines, "vrniflow@32473",
     "name of the structured data"},
    {Option::SdEscape, "sd-escape", '\0', "HOW", Group::Lines, "rfc5424",
     "rfc5424: backslash before \" \\ ]; safe: other characters in their place"},
    {Option::Facility, "facility", '\0', "NAME", Group::Lines, "local4", "syslog facility"},
    {Option::SeverityAllow, "severity-allow", '\0', "NAME", Group::Lines, "info",
     "severity of flows that were allowed"},
    {Option::SeverityDeny, "severity-deny", '\0', "NAME", Group::Lines, "warning",
     "severity of flows that were denied, dropped or rejected"},
    {Option::AppName, "app-name", '\0', "NAME", Group::Lines, "vrni2syslog", "APP-NAME"},
    {Option::Hostname, "hostname", '\0', "NAME", Group::Lines, "", "HOSTNAME; else the platform's"},
    {Option::MaxSize, "max-size", '\0', "SIZE", Group::Lines, "8000",
     "longest line in bytes (udp: at most 2048)"},
    {Option::NoManifest, "no-manifest", '\0', "", Group::Lines, "",
     "no line with number and digest of the lines before it"},

    {Option::DryRun, "dry-run", 'n', "", Group::Running, "",
     "write the lines to standard output alone", CommandLineOnly},
    {Option::Check, "check", '\0', "", Group::Running, "",
     "try every step without sending a flow, and tell", CommandLineOnly},
    {Option::SaveCapture, "save-capture", '\0', "DIR", Group::Running, "",
     "keep the platform's answers in a new directory, for support and for --source; without "
     "passwords and tokens",
     CommandLineOnly},
    {Option::Source, "source", '\0', "URL", Group::Running, "",
     "file:DIR: run from such a capture, without a platform", CommandLineOnly},
    {Option::PrintConfig, "print-config", '\0', "", Group::Running, "",
     "show the options in effect and where they come from", CommandLineOnly},
    {Option::Config, "config", '\0', "FILE", Group::Running, "",
     "configuration file; else /etc/vrni2syslog/vrni2syslog.conf, if there is one", NotInFile},
    {Option::StateDir, "state-dir", '\0', "DIR", Group::Running, "",
     "where a run remembers what it sent; else /var/lib/vrni2syslog for root, and "
     "~/.local/state/vrni2syslog for others"},
    {Option::Job, "job", '\0', "NAME", Group::Running, "",
     "the job's name in there; else made of what it does"},
    {Option::LockWait, "lock-wait", '\0', "TIME", Group::Running, "0s",
     "longest wait for another run of the job"},
    {Option::Status, "status", '\0', "", Group::Running, "",
     "show how far each job and its collectors are", CommandLineOnly},
    {Option::Forget, "forget", '\0', "", Group::Running, "", "the job's next run is its first",
     CommandLineOnly},
    {Option::SetWatermark, "set-watermark", '\0', "TIME", Group::Running, "",
     "the job's next run starts at TIME", CommandLineOnly},
    {Option::Insecure, "insecure", '\0', "", Group::Running, "",
     "do not verify certificates of platform and collectors"},
    {Option::ConnectTimeout, "connect-timeout", '\0', "TIME", Group::Running, "10s",
     "longest time to connect to one address"},
    {Option::Deadline, "deadline", '\0', "TIME", Group::Running, "6h", "longest time of a run"},
    {Option::Report, "report", '\0', "FILE", Group::Running, "",
     "tell as JSON what was read and delivered, however the run ends"},
    {Option::LogLevel, "log-level", '\0', "LEVEL", Group::Running, "warning",
     "error, warning, info or debug"},
    {Option::LogFormat, "log-format", '\0', "FORMAT", Group::Running, "text", "text or json"},
    {Option::Help, "help", 'h', "", Group::Running, "", "show this text", CommandLineOnly},
    {Option::Version, "version", 'V', "", Group::Running, "",
     "show the version and those of the libraries", CommandLineOnly},

    {Option::VrliServer, "vrli-server", '\0', "HOST", Group::Script, "",
     "the same as --collector tls://HOST:6514", Anywhere, Topic::Collector},
    {Option::VrliPort, "vrli-port", '\0', "PORT", Group::Script, "",
     "its port; 514 means tcp://HOST:514", Anywhere, Topic::Collector},
    {Option::DeploymentType, "deployment-type", '\0', "TYPE", Group::Script, "onprem",
     "onprem; or saas, niaas, vrnic, cloud: the cloud service"},
}};

constexpr bool is_in_order_of_the_enumeration() {
  for (std::size_t i = 0; i < kOptions.size(); ++i) {
    if (static_cast<std::size_t>(kOptions[i].option) != i) return false;
  }
  return true;
}
static_assert(is_in_order_of_the_enumeration(), "info_of() uses Option as an index");

}  // namespace

std::span<const OptionInfo, kOptionCount> option_table() noexcept {
  return kOptions;
}

const OptionInfo& info_of(Option option) noexcept {
  return kOptions[static_cast<std::size_t>(option)];
}

const OptionInfo* find_option(std::string_view name) {
  std::string wanted(name);
  std::ranges::replace(wanted, '_', '-');
  const auto row = std::ranges::find(kOptions, wanted, &OptionInfo::name);
  return row == kOptions.end() ? nullptr : &*row;
}

std::string suggest_option(std::string_view name, std::string_view prefix) {
  std::string wanted(name);
  std::ranges::replace(wanted, '_', '-');
  std::vector<std::string_view> names;
  names.reserve(kOptions.size());
  for (const OptionInfo& option : kOptions) {
    names.push_back(option.name);
  }
  const std::string_view nearest = nearest_name(wanted, names);
  if (nearest.empty()) return {};
  return std::string("; did you mean ").append(prefix).append(nearest).append("?");
}

std::string environment_name(const OptionInfo& option) {
  std::string name = "VRNI2SYSLOG_";
  for (const char c : option.name) {
    name += c == '-' ? '_' : static_cast<char>(c >= 'a' && c <= 'z' ? c - 'a' + 'A' : c);
  }
  return name;
}

}  // namespace vrni2syslog
