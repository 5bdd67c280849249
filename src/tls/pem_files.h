#pragma once

#include "base/file_trust.h"
#include "tls/tls_settings.h"

#include <openssl/ssl.h>

#include <filesystem>

namespace vrni2syslog {

// Each file is read once, by read_file(), and what was read is what is used: nobody can exchange it
// between the look at its owner and the use. Both throw Error(Configuration) that names a file
// which cannot be used, and says what it holds instead of what is needed.

/// Makes `store` trust the certificates of a file in PEM form.
void load_authorities(X509_STORE* store, const std::filesystem::path& file, FileTrust trust);

/// Gives a context the client certificate, its chain and its private key, if the settings name one.
void load_client_certificate(SSL_CTX* context, const TlsSettings& settings);

}  // namespace vrni2syslog
