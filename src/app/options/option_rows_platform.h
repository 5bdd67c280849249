#pragma once

#include "app/options/option_rows.h"

#include <array>
#include <string_view>

namespace vrni2syslog::option_rows {

inline constexpr std::array<std::string_view, 3> kDomainTypes{"LOCAL", "LDAP", "VIDM"};

/// The options about the platform, in the order of Option.
inline constexpr OptionInfo kPlatformRows[] = {
    {.option = Option::PlatformIp,
     .name = "platform-ip",
     .group = Group::Platform,
     .kind = Kind::Address,
     .argument = "HOST",
     .help = "the vRNI platform: host, host:port or https URL"},
    {.option = Option::Username,
     .name = "username",
     .group = Group::Platform,
     .argument = "NAME",
     .default_value = "admin@local",
     .help = "account to log in with"},
    {.option = Option::PasswordFile,
     .name = "password-file",
     .group = Group::Platform,
     .kind = Kind::File,
     .help = "password of the account: first line of FILE",
     .topic = Topic::Login},
    {.option = Option::Password,
     .name = "password",
     .group = Group::Platform,
     .argument = "PASSWORD",
     .help = "the password itself; other users can see it",
     .topic = Topic::Login,
     .is_secret = true},
    {.option = Option::DomainType,
     .name = "domain-type",
     .group = Group::Platform,
     .argument = "TYPE",
     .default_value = "LOCAL",
     .help = "kind of account",
     .choices = words<kDomainTypes>},
    {.option = Option::DomainValue,
     .name = "domain-value",
     .group = Group::Platform,
     .argument = "DOMAIN",
     .help = "domain of an LDAP account"},
    {.option = Option::PlatformCaFile,
     .name = "platform-ca-file",
     .group = Group::Platform,
     .kind = Kind::File,
     .help = "authorities (PEM) for the platform [the system's]"},
    {.option = Option::PlatformFingerprint,
     .name = "platform-fingerprint",
     .group = Group::Platform,
     .argument = "SHA256",
     .help = "trust only this certificate: sha256:..."},
    {.option = Option::AnswerTimeout,
     .name = "answer-timeout",
     .group = Group::Platform,
     .kind = Kind::Duration,
     .default_value = "120s",
     .help = "longest wait for one platform answer"},
    {.option = Option::Concurrency,
     .name = "concurrency",
     .group = Group::Platform,
     .kind = Kind::Number,
     .default_value = "4",
     .help = "most requests in parallel"},
};

}  // namespace vrni2syslog::option_rows
