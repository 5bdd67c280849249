#pragma once

namespace vrni2syslog {

/// Sets up the process before anything else, whatever it has inherited:
/// - A write to a pipe or socket without a reader, or beyond the limit of a file's length
///   (RLIMIT_FSIZE), fails and does not end the process without a message.
/// - The end of a command that was started can be waited for, even if the parent ignores SIGCHLD.
/// - Neither a core dump nor a debugger of the same user shows the secrets in memory. Builds with
///   AddressSanitizer stay traceable, because its leak check needs that.
/// - libcurl and OpenSSL do not write the keys of TLS sessions to a file (SSLKEYLOGFILE).
void protect_process() noexcept;

/// Takes this program's options out of the environment, once they were read: commands that it
/// starts would inherit them, and with them a password.
void clear_options_from_environment() noexcept;

}  // namespace vrni2syslog
