#pragma once

namespace vrni2syslog {

/// Has OpenSSL leave what it would take down at the end of the process, because threads of
/// libraries may still use it then. To be called before anything else uses OpenSSL
/// (OPENSSL_init_crypto(3), OPENSSL_INIT_NO_ATEXIT).
void keep_openssl_to_the_end() noexcept;

}  // namespace vrni2syslog
