#pragma once

#include "app/options/option_rows.h"
#include "format/line_format.h"

#include <array>
#include <string_view>

namespace vrni2syslog::option_rows {

inline constexpr std::array<std::string_view, 2> kSdEscapes{"rfc5424", "safe"};

inline constexpr std::array<std::string_view, 20> kFacilities{
    "kern",   "user",   "mail",   "daemon",   "auth",   "syslog", "lpr",
    "news",   "uucp",   "cron",   "authpriv", "ftp",    "local0", "local1",
    "local2", "local3", "local4", "local5",   "local6", "local7"};
inline constexpr std::array<std::string_view, 8> kSeverities{"emerg",   "alert",  "crit", "err",
                                                             "warning", "notice", "info", "debug"};

/// The options about the lines, in the order of Option.
inline constexpr OptionInfo kLinesRows[] = {
    {.option = Option::Format,
     .name = "format",
     .group = Group::Lines,
     .argument = "NAME",
     .default_value = "rfc5424",
     .help = "line format (cef: Sentinel, leef: QRadar, json: Elastic)",
     .choices = line_format_names,
     .is_basic = true},
    {.option = Option::Fields,
     .name = "fields",
     .group = Group::Lines,
     .kind = Kind::List,
     .help = "fields to write, in order: action,src_ip [all]"},
    {.option = Option::SdId,
     .name = "sd-id",
     .group = Group::Lines,
     .argument = "ID",
     .default_value = "vrniflow@32473",
     .help = "name of the structured data"},
    {.option = Option::SdEscape,
     .name = "sd-escape",
     .group = Group::Lines,
     .argument = "HOW",
     .default_value = "rfc5424",
     .help = "how to escape \" \\ ]",
     .choices = words<kSdEscapes>},
    {.option = Option::Facility,
     .name = "facility",
     .group = Group::Lines,
     .argument = "NAME",
     .default_value = "local4",
     .help = "syslog facility",
     .suggestions = words<kFacilities>},
    {.option = Option::SeverityAllow,
     .name = "severity-allow",
     .group = Group::Lines,
     .argument = "NAME",
     .default_value = "info",
     .help = "severity of flows that were allowed",
     .suggestions = words<kSeverities>},
    {.option = Option::SeverityDeny,
     .name = "severity-deny",
     .group = Group::Lines,
     .argument = "NAME",
     .default_value = "warning",
     .help = "severity of denied and dropped flows",
     .suggestions = words<kSeverities>},
    {.option = Option::AppName,
     .name = "app-name",
     .group = Group::Lines,
     .argument = "NAME",
     .default_value = "vrni2syslog",
     .help = "APP-NAME"},
    {.option = Option::Hostname,
     .name = "hostname",
     .group = Group::Lines,
     .argument = "NAME",
     .help = "HOSTNAME [the platform's name]"},
    {.option = Option::MaxSize,
     .name = "max-size",
     .group = Group::Lines,
     .kind = Kind::Size,
     .default_value = "8000",
     .help = "longest line in bytes (UDP: at most 2048)"},
    flag({.option = Option::NoManifest,
          .name = "no-manifest",
          .group = Group::Lines,
          .help = "do not end each window with a manifest"}),
    {.option = Option::ManifestKey,
     .name = "manifest-key",
     .group = Group::Lines,
     .kind = Kind::File,
     .help = "sign manifests with this private key (Ed25519)"},
    {.option = Option::PreviousManifestKey,
     .name = "previous-manifest-key",
     .group = Group::Lines,
     .kind = Kind::File,
     .help = "the key that --manifest-key replaces; it signs the new one"},
    {.option = Option::MakeManifestKey,
     .name = "make-manifest-key",
     .group = Group::Lines,
     .argument = "FILE",
     .help = "make a key; show its public part",
     .place = OptionPlace::CommandLineOnly},
};

}  // namespace vrni2syslog::option_rows
