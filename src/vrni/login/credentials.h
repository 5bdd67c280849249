#pragma once

#include "base/file_trust.h"
#include "base/secret.h"

#include <filesystem>
#include <string>
#include <variant>

namespace vrni2syslog {

/// An account of the platform, or of a directory that it asks.
struct PasswordCredentials {
  std::string username;
  Secret password;
  std::string domain_type = "LOCAL";  ///< LOCAL or LDAP
  std::string domain_value;           ///< the domain's name; required for LDAP
};

/// An access token that VMware Identity Manager has given to a user.
struct VidmCredentials {
  Secret access_token;
};

/// The cloud service: an API token of the Cloud Services console, which exchanges it for access
/// tokens.
struct CloudCredentials {
  Secret api_token;
  std::string console_host;
  std::string exchange_url;  ///< at the console, absolute
};

/// A token that somebody else provides and renews (VCF Operations), either in a file or by a
/// command.
struct BearerCredentials {
  std::filesystem::path file;
  std::string command;                   ///< for /bin/sh; its first line is the token
  FileTrust trust = FileTrust::OwnOnly;  ///< of `file`, which is read again and again
};

/// The credentials of one of the ways to log in.
using Credentials =
    std::variant<PasswordCredentials, VidmCredentials, CloudCredentials, BearerCredentials>;

}  // namespace vrni2syslog
