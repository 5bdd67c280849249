#pragma once

#include "app/options/option_rows.h"

#include <array>
#include <string_view>

namespace vrni2syslog::option_rows {

inline constexpr std::array<std::string_view, 6> kCloudLocations{"us", "uk", "jp",
                                                                 "au", "de", "ca"};

/// The options about the ways to log in without a password, in the order of Option.
inline constexpr OptionInfo kLoginsRows[] = {
    {.option = Option::VidmTokenFile,
     .name = "vidm-token-file",
     .group = Group::Logins,
     .kind = Kind::File,
     .help = "vIDM access token: first line of FILE",
     .topic = Topic::Login},
    {.option = Option::VidmToken,
     .name = "vidm-token",
     .group = Group::Logins,
     .argument = "TOKEN",
     .help = "the token itself; other users can see it",
     .topic = Topic::Login,
     .is_secret = true},
    command_flag({.option = Option::GetVidmClientId,
                  .name = "get-vidm-client-id",
                  .group = Group::Logins,
                  .help = "show where to get a vIDM token, and exit"}),
    {.option = Option::BearerTokenFile,
     .name = "bearer-token-file",
     .group = Group::Logins,
     .kind = Kind::File,
     .help = "bearer token (VCF 9.1): first line of FILE",
     .topic = Topic::Login},
    {.option = Option::BearerTokenCommand,
     .name = "bearer-token-command",
     .group = Group::Logins,
     .argument = "COMMAND",
     .help = "bearer token: first line that COMMAND prints",
     .topic = Topic::Login,
     .is_secret = true},
    {.option = Option::ApiTokenFile,
     .name = "api-token-file",
     .group = Group::Logins,
     .kind = Kind::File,
     .help = "cloud service's API token: first line of FILE",
     .topic = Topic::Login},
    {.option = Option::ApiToken,
     .name = "api-token",
     .group = Group::Logins,
     .argument = "TOKEN",
     .help = "the token itself; other users can see it",
     .topic = Topic::Login,
     .is_secret = true},
    {.option = Option::CloudLocation,
     .name = "cloud-location",
     .group = Group::Logins,
     .argument = "REGION",
     .default_value = "us",
     .help = "region of the cloud service",
     .choices = words<kCloudLocations>},
    {.option = Option::CloudApiUrl,
     .name = "cloud-api-url",
     .group = Group::Logins,
     .kind = Kind::Address,
     .help = "API of the cloud service [that of the region]"},
    {.option = Option::CloudAuthUrl,
     .name = "cloud-auth-url",
     .group = Group::Logins,
     .kind = Kind::Address,
     .default_value = "https://console.cloud.vmware.com",
     .help = "where API tokens are exchanged"},
};

}  // namespace vrni2syslog::option_rows
