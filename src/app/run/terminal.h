#pragma once

#include "app/options/environment.h"
#include "base/log.h"
#include "base/secret.h"

#include <optional>
#include <stop_token>
#include <string>
#include <string_view>

namespace vrni2syslog {

/// Opens /dev/null on each of the descriptors 0 to 2 that is closed. Otherwise a socket or a file
/// would get its number, and with it what is meant for standard output or standard error. Standard
/// output is opened for reading only, so that a write to it fails: somebody has closed it.
void occupy_standard_descriptors() noexcept;

/// Asks a question on standard error and reads a line from the terminal on standard input without
/// showing it. nullopt if one of the two is not a terminal, at end of input, and if nobody answers
/// for some minutes. Ctrl-C sends this process SIGINT; throws Error(Interrupted) when a stop is
/// requested.
[[nodiscard]] std::optional<Secret> ask_for_secret(const std::string& question,
                                                   const std::stop_token& stop);

/// The same for an answer that may be seen. Waits for half an hour.
[[nodiscard]] std::optional<std::string> ask_for_text(const std::string& question,
                                                      const std::stop_token& stop);

/// The format of messages that suits standard error: that of systemd's journal if standard error is
/// connected with it, as JOURNAL_STREAM in the environment says ("8:12345", device and inode).
/// The variable alone says nothing: a command of a service may have its errors sent elsewhere.
[[nodiscard]] LogFormat log_format_of_standard_error(const Environment& environment);

/// Writes to standard error; it is no error if nobody reads it.
void show_on_terminal(std::string_view text);

/// Columns of the terminal on standard error; nullopt if standard error is not a terminal.
[[nodiscard]] std::optional<std::size_t> terminal_width();

}  // namespace vrni2syslog
