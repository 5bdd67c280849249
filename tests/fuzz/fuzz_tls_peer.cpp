/// Any certificate of a peer, and any reason for which a handshake fails: what is said of them to
/// the user is one line each.

#include "fuzz_input.h"
#include "properties.h"
#include "tls/peer_certificate.h"
#include "tls/refusal.h"
#include "transport/stream/tls_alert.h"

#include <openssl/x509.h>

#include <cstdint>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

namespace vrni2syslog::testing {
namespace {

struct X509Free {
  void operator()(X509* certificate) const noexcept { X509_free(certificate); }
};
using Certificate = std::unique_ptr<X509, X509Free>;

Certificate read_certificate(std::string_view der) {
  const auto* bytes = reinterpret_cast<const unsigned char*>(der.data());
  return Certificate(d2i_X509(nullptr, &bytes, static_cast<long>(der.size())));
}

void check_refusal(RefusedPeer peer) {
  peer.authority_at_fault.reset();
  peer.ca_file.clear();
  require_message(explain_refusal(peer, "--collector-ca-file", "?fingerprint="));
  peer.authority_at_fault = peer.certificate;
  peer.ca_file = "/etc/ca.pem";
  require_message(explain_refusal(peer, "--collector-ca-file", {}));
}

/// Whatever else is known of the peer.
void check_refusals(const PeerCertificate& certificate, int verify_result) {
  RefusedPeer peer;
  peer.certificate = certificate;
  peer.verify_result = verify_result;
  std::vector<std::string> names{"collector.test", "192.0.2.7", "2001:db8::7"};
  if (!certificate.names.empty()) names.push_back(certificate.names.front());
  for (const std::string& name : names) {
    peer.name = name;
    for (const bool is_fingerprint_wrong : {false, true}) {
      peer.is_fingerprint_wrong = is_fingerprint_wrong;
      for (const bool knows_name_of_issuer : {false, true}) {
        peer.knows_name_of_issuer = knows_name_of_issuer;
        check_refusal(peer);
      }
    }
  }
}

void check_certificate(FuzzInput input) {
  const int verify_result = 1 + input.byte() % 100;
  const Certificate certificate = read_certificate(input.all());
  if (certificate == nullptr) return;
  const PeerCertificate described = describe_certificate(*certificate);
  require_message(summary_of(described));
  for (const std::string& text :
       {described.subject, described.issuer, certificate_time_text(described.valid_from),
        certificate_time_text(described.expires)})
    require_message(text);
  for (const std::string& name : described.names)
    require(is_one_line(name), "a name is not one line", name);
  check_refusals(described, verify_result);
}

void check_alert(FuzzInput input) {
  const int reason = static_cast<int>(input.number(2) % 1200U);
  const auto certificate = static_cast<ClientCertificate>(input.byte() % 3U);
  const std::string text = printable("alert " + std::string(input.all()));
  const Error error = explain_tls_reason(reason, text, certificate, Fault::Unreachable);
  require(error.fault() == Fault::Refused || error.fault() == Fault::Unreachable,
          "an alert is another's fault", error.what());
  require_message(error.what());
}

void check(FuzzInput input) {
  if ((input.byte() & 1U) != 0) return check_alert(input);
  check_certificate(input);
}

}  // namespace
}  // namespace vrni2syslog::testing

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  vrni2syslog::testing::check(vrni2syslog::testing::FuzzInput(data, size));
  return 0;
}
