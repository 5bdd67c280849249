#pragma once

#include "base/secret.h"

#include <optional>
#include <stop_token>
#include <string>

namespace vrni2syslog {

/// Reads a line from the terminal on standard input without showing it, after a question on
/// standard error. Nothing where one of the two is no terminal, at end of input, and when nobody
/// answers for some minutes. Ctrl-C sends this process SIGINT; throws Error(Unconfirmed) where
/// a stop is requested.
[[nodiscard]] std::optional<Secret> ask_for_secret(const std::string& question,
                                                   const std::stop_token& stop);

/// Columns of the terminal on standard error; nothing where it is none.
[[nodiscard]] std::optional<std::size_t> terminal_width();

}  // namespace vrni2syslog
