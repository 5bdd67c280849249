#pragma once

#include "app/options/option_values.h"
#include "app/settings/secrets.h"
#include "app/settings/system_facts.h"
#include "vrni/api/service_url.h"
#include "vrni/login/credentials.h"

#include <string>

namespace vrni2syslog {

/// The way to log in, still without its secret. It is the one that the options of the source with
/// the highest precedence ask for; if no option says, the one that systemd has a credential for;
/// otherwise a password. Throws Error(Usage) or Error(Configuration) that names the options which
/// contradict one another.
[[nodiscard]] Credentials make_login(const OptionValues& values, const SystemFacts& facts);

/// The address of the API: --platform-ip, or --cloud-api-url or --cloud-location for the cloud
/// service. Throws Error(Usage) if neither is given, or both are.
[[nodiscard]] ServiceUrl make_platform_url(const OptionValues& values, const Credentials& login);

/// Finds the secret of `login`, by a question to the user if need be. `host` is that of the API,
/// for the question. Throws what find_secret() throws.
void add_secret(Credentials& login, const OptionValues& values, const std::string& host,
                const SecretContext& context);

}  // namespace vrni2syslog
