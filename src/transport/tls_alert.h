#pragma once

#include <string>

namespace vrni2syslog {

/// The oldest error of OpenSSL's queue, which is emptied, in plain words and with the remedy where
/// there is one: most of all the alerts with which a collector refuses our certificate.
[[nodiscard]] std::string explain_tls_error();

/// The same for one of OpenSSL's SSL_R_* reasons; `text` is OpenSSL's own for it.
[[nodiscard]] std::string explain_tls_reason(int reason, const std::string& text);

}  // namespace vrni2syslog
