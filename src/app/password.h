#pragma once

#include "app/environment.h"
#include "app/option_values.h"
#include "base/secret.h"

#include <functional>
#include <optional>
#include <string>
#include <vector>

namespace vrni2syslog {

/// Asks a person for a password; nothing where nobody is there to ask.
using PasswordPrompt = std::function<std::optional<Secret>(const std::string& question)>;

/// The password of the platform's account: --password or --password-file from the command line, the
/// environment or the configuration file, else a systemd credential (`vrni2syslog.password` or
/// `password` in $CREDENTIALS_DIRECTORY), else the prompt. Adds to `warnings` what endangers it.
/// Throws Error(Usage) naming all ways where there is none, Error(Configuration) for a file that
/// cannot be read.
[[nodiscard]] Secret find_password(const OptionValues& values, const Environment& environment,
                                   const PasswordPrompt& prompt,
                                   std::vector<std::string>& warnings);

}  // namespace vrni2syslog
