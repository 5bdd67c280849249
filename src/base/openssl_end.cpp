#include "base/openssl_end.h"

#include <openssl/crypto.h>

namespace vrni2syslog {

void keep_openssl_to_the_end() noexcept {
  // If it fails, OpenSSL cannot be used at all, which its users tell.
  (void)OPENSSL_init_crypto(OPENSSL_INIT_NO_ATEXIT, nullptr);
}

}  // namespace vrni2syslog
