#include "app/settings/tls_options.h"

#include "app/options/config_file.h"

namespace vrni2syslog {
namespace {

[[nodiscard]] TlsSettings make_tls(const OptionValues& values, Option ca_file) {
  TlsSettings tls;
  tls.is_insecure = values.is_set(Option::Insecure);
  tls.ca_file = values.text(ca_file);
  tls.file_trust = file_trust_of(values);
  return tls;
}

}  // namespace

TlsSettings make_platform_tls(const OptionValues& values) {
  TlsSettings tls = make_tls(values, Option::PlatformCaFile);
  if (values.is_given(Option::PlatformFingerprint)) {
    tls.fingerprint = values.parse(Option::PlatformFingerprint, parse_fingerprint);
  }
  return tls;
}

TlsSettings make_collector_tls(const OptionValues& values) {
  TlsSettings tls = make_tls(values, Option::CollectorCaFile);
  tls.certificate_file = values.text(Option::CollectorCertificate);
  tls.key_file = values.text(Option::CollectorKey);
  if (!tls.key_file.empty() && tls.certificate_file.empty()) {
    throw values.error(Option::CollectorKey, "a key needs --collector-certificate");
  }
  return tls;
}

}  // namespace vrni2syslog
