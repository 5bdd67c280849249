#pragma once

namespace vrni2syslog {

/// Overwrites the values of secret options in the arguments of main(), which is where the process
/// list takes them from. They must have been copied before. Whoever looked earlier has seen them.
void hide_secrets(int argc, char** argv) noexcept;

}  // namespace vrni2syslog
