#pragma once

#include <string>

namespace vrni2syslog {

/// The oldest entry of OpenSSL's error queue of this thread as text ("certificate verify failed"),
/// for messages; the queue is emptied. Never empty itself.
[[nodiscard]] std::string take_ssl_error();

}  // namespace vrni2syslog
