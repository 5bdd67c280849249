#pragma once

#include "app/options/option_rows.h"

#include <array>
#include <string_view>

namespace vrni2syslog::option_rows {

inline constexpr std::array<std::string_view, 4> kVerdicts{"consumed", "acked", "written", "auto"};

inline constexpr std::array<std::string_view, 12> kSchemes{
    "tls://",        "tcp://",   "udp://",       "relp://", "relps://", "cfapi://",
    "cfapi+http://", "kafka://", "kafka+tls://", "unix://", "file://",  "-"};

/// The options about the collectors, in the order of Option.
inline constexpr OptionInfo kCollectorsRows[] = {
    {.option = Option::Collector,
     .name = "collector",
     .group = Group::Collectors,
     .kind = Kind::Address,
     .help = "where lines go: tls://HOST[:6514], tcp://HOST[:514], udp://HOST[:514], "
             "relp://HOST[:2514], relps://HOST[:2514], cfapi://HOST[:9543] (Log Insight), "
             "kafka://BROKER/TOPIC, "
             "unix:///dev/log, file:///PATH or - (standard output); "
             "URL,URL fails over in that order; repeat it for several",
     .suggestions = words<kSchemes>,
     .topic = Topic::Collector,
     .is_repeatable = true,
     .is_basic = true},
    {.option = Option::CollectorCaFile,
     .name = "collector-ca-file",
     .group = Group::Collectors,
     .kind = Kind::File,
     .help = "authorities (PEM) for collectors [the system's]"},
    {.option = Option::CollectorCertificate,
     .name = "collector-certificate",
     .group = Group::Collectors,
     .kind = Kind::File,
     .help = "certificate (PEM) to show to collectors"},
    {.option = Option::CollectorKey,
     .name = "collector-key",
     .group = Group::Collectors,
     .kind = Kind::File,
     .help = "private key (PEM) [in the certificate's file]"},
    {.option = Option::CollectorPasswordFile,
     .name = "collector-password-file",
     .group = Group::Collectors,
     .kind = Kind::File,
     .help = "account's password or token: first line of FILE"},
    {.option = Option::CollectorPassword,
     .name = "collector-password",
     .group = Group::Collectors,
     .argument = "PASSWORD",
     .help = "the password itself; other users can see it",
     .is_secret = true},
    {.option = Option::CollectorTokenCommand,
     .name = "collector-token-command",
     .group = Group::Collectors,
     .argument = "COMMAND",
     .help = "?sasl=oauthbearer: first line that COMMAND prints",
     .is_secret = true},
    {.option = Option::Confirm,
     .name = "confirm",
     .group = Group::Collectors,
     .argument = "WHAT",
     .default_value = "auto",
     .help = "least verdict that counts as delivered",
     .choices = words<kVerdicts>},
    {.option = Option::SendTimeout,
     .name = "send-timeout",
     .group = Group::Collectors,
     .kind = Kind::Duration,
     .default_value = "60s",
     .help = "longest time without progress in sending"},
    {.option = Option::CloseTimeout,
     .name = "close-timeout",
     .group = Group::Collectors,
     .kind = Kind::Duration,
     .default_value = "10s",
     .help = "longest wait for the answer to a close"},
};

}  // namespace vrni2syslog::option_rows
