#pragma once

#include "app/options/option_values.h"
#include "app/settings/secrets.h"
#include "vrni/api/platform_url.h"
#include "vrni/login/credentials.h"

#include <cstdint>

namespace vrni2syslog {

/// The ways to log in.
enum class LoginKind : std::uint8_t { Password, Vidm, Cloud, Bearer };

/// The one that the options ask for, those of the most preferred source that names one; where they
/// do not say, the one for which there is a systemd
/// credential, else Password. Throws Error(Usage) or Error(Configuration) naming the options that
/// contradict one another.
[[nodiscard]] LoginKind choose_login(const OptionValues& values, const Environment& environment);

/// Where the API is: --platform-ip, and for the cloud service --cloud-api-url or --cloud-location.
/// Throws Error(Usage) where none is given, or both.
[[nodiscard]] PlatformUrl make_platform_url(const OptionValues& values, LoginKind login);

/// With its secret. `host` is that of the API, for the prompt. Throws what find_secret() throws.
[[nodiscard]] Credentials make_credentials(const OptionValues& values, LoginKind login,
                                           const std::string& host, const SecretContext& context);

}  // namespace vrni2syslog
