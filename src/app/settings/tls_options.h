#pragma once

#include "app/options/option_values.h"
#include "tls/tls_settings.h"

namespace vrni2syslog {

/// Whom to trust as the platform: --platform-ca-file, --platform-fingerprint and --insecure. Does
/// not look at the files.
[[nodiscard]] TlsSettings make_platform_tls(const OptionValues& values);

/// Whom to trust as a collector, and which certificate to show to it: --collector-ca-file,
/// --collector-certificate, --collector-key and --insecure. Does not look at the files. Throws
/// Error(Usage) or Error(Configuration) for a key without a certificate.
[[nodiscard]] TlsSettings make_collector_tls(const OptionValues& values);

}  // namespace vrni2syslog
