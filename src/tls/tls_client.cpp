#include "tls/tls_client.h"

#include "base/clock.h"
#include "base/error.h"
#include "base/freed_by.h"
#include "base/text/ip_address.h"
#include "tls/pem_files.h"
#include "tls/refusal.h"

#include <fmt/core.h>
#include <openssl/err.h>
#include <openssl/x509_vfy.h>
#include <openssl/x509v3.h>

#include <utility>

namespace vrni2syslog {
namespace {

/// The name in the form of certificates: without the dot of the root, an address without its zone.
std::string certificate_form(std::string name) {
  if (name.ends_with('.')) name.pop_back();
  const std::size_t zone = name.find('%');
  return zone == std::string::npos ? name : name.substr(0, zone);
}

void free_certificates(STACK_OF(X509) * certificates) noexcept {
  sk_X509_pop_free(certificates, X509_free);
}

/// Whether a trusted authority has the name of the one that signed the certificate.
bool knows_name_of_issuer(X509_STORE_CTX* store, const X509& certificate) {
  const X509_NAME* issuer = X509_get_issuer_name(&certificate);
  const std::unique_ptr<STACK_OF(X509), FreedBy<free_certificates>> found(
      X509_STORE_CTX_get1_certs(store, issuer));
  return sk_X509_num(found.get()) > 0;
}

/// Where a connection keeps the PeerVerification that has accepted its peer.
int verifier_index() noexcept {
  static const int index = SSL_get_ex_new_index(0, nullptr, nullptr, nullptr, nullptr);
  return index;
}

}  // namespace

std::string take_ssl_error() {
  const unsigned long code = ERR_get_error();
  ERR_clear_error();
  if (code == 0) return "unknown TLS error";
  if (ERR_SYSTEM_ERROR(code)) return errno_text(ERR_GET_REASON(code));
  const char* reason = ERR_reason_error_string(code);
  return reason != nullptr ? reason : "TLS error " + std::to_string(code);
}

bool raise_from_tls_1_1(SSL_CTX* context) noexcept {
  if (SSL_CTX_get_min_proto_version(context) != TLS1_1_VERSION) return false;
  SSL_CTX_set_min_proto_version(context, TLS1_2_VERSION);
  return true;
}

PeerVerification::PeerVerification(TlsSettings settings, std::string peer_name)
    : settings_(std::move(settings)), peer_name_(certificate_form(std::move(peer_name))) {}

SslContext PeerVerification::make_context() {
  SslContext context(SSL_CTX_new(TLS_client_method()));
  if (!context) throw Error(Fault::Bug, "cannot set up TLS: " + take_ssl_error());
  apply_to(context.get());
  return context;
}

void PeerVerification::apply_to(SSL_CTX* context) {
  ERR_clear_error();
  SSL_CTX_set_min_proto_version(context, TLS1_2_VERSION);
  SSL_CTX_set_options(context, SSL_OP_NO_RENEGOTIATION | SSL_OP_NO_COMPRESSION);
  load_trust(context);
  load_client_certificate(context, settings_);
  SSL_CTX_set_verify(context, SSL_VERIFY_PEER, nullptr);
  SSL_CTX_set_cert_verify_callback(context, &PeerVerification::verify, this);
}

void PeerVerification::load_trust(SSL_CTX* context) const {
  std::unique_ptr<X509_STORE, FreedBy<X509_STORE_free>> store(X509_STORE_new());
  if (!store) throw Error(Fault::Bug, "cannot set up TLS: " + take_ssl_error());
  // A file may hold the peer's own certificate, or only an intermediate authority.
  X509_STORE_set_flags(store.get(), X509_V_FLAG_PARTIAL_CHAIN);
  if (settings_.ca_file.empty()) {
    X509_STORE_set_default_paths(store.get());
  } else {
    load_authorities(store.get(), settings_.ca_file, settings_.file_trust);
  }
  SSL_CTX_set_cert_store(context, store.release());
  ERR_clear_error();
}

int PeerVerification::verify(X509_STORE_CTX* store, void* self) noexcept {
  auto& verification = *static_cast<PeerVerification*>(self);
  if (!verification.accepts(store)) return 0;
  verification.mark_accepted(store);
  verification.note_expiry();
  return 1;
}

void PeerVerification::note_expiry() const {
  if (!settings_.expiries || !certificate_ || !certificate_->expires) return;
  settings_.expiries->add(printable(peer_name_), *certificate_->expires);
}

void PeerVerification::mark_accepted(X509_STORE_CTX* store) noexcept {
  auto* const connection =
      static_cast<SSL*>(X509_STORE_CTX_get_ex_data(store, SSL_get_ex_data_X509_STORE_CTX_idx()));
  if (connection != nullptr) SSL_set_ex_data(connection, verifier_index(), this);
}

void PeerVerification::require_accepted(const SSL* connection) const {
  if (connection != nullptr && SSL_get_ex_data(connection, verifier_index()) == this) return;
  throw Error(Fault::Bug,
              fmt::format("the certificate of {} was not verified, and so nothing was sent to it; "
                          "OpenSSL's configuration (OPENSSL_CONF) may be the cause",
                          printable(peer_name_)));
}

bool PeerVerification::accepts(X509_STORE_CTX* store) {
  verify_result_ = X509_V_OK;
  is_fingerprint_wrong_ = false;
  knows_name_of_issuer_ = false;
  authority_at_fault_.reset();
  const X509* leaf = X509_STORE_CTX_get0_cert(store);
  if (leaf == nullptr) {
    verify_result_ = X509_V_ERR_UNSPECIFIED;
    return false;
  }
  certificate_ = describe_certificate(*leaf);

  bool is_accepted = settings_.is_insecure;
  if (settings_.fingerprint) {
    is_accepted = certificate_->fingerprint == *settings_.fingerprint;
    is_fingerprint_wrong_ = !is_accepted;
  } else if (!is_accepted) {
    return has_trusted_chain(store);
  }
  X509_STORE_CTX_set_error(store, is_accepted ? X509_V_OK : X509_V_ERR_CERT_REJECTED);
  return is_accepted;
}

bool PeerVerification::has_trusted_chain(X509_STORE_CTX* store) {
  X509_VERIFY_PARAM* rules = X509_STORE_CTX_get0_param(store);
  const bool is_set =
      is_ip_address(peer_name_)
          ? X509_VERIFY_PARAM_set1_ip_asc(rules, peer_name_.c_str()) == 1
          : X509_VERIFY_PARAM_set1_host(rules, peer_name_.data(), peer_name_.size()) == 1;
  X509_VERIFY_PARAM_set_hostflags(rules, X509_CHECK_FLAG_NO_PARTIAL_WILDCARDS);
  const bool is_trusted = is_set && !peer_name_.empty() && X509_verify_cert(store) == 1;
  if (is_trusted) return true;

  verify_result_ = X509_STORE_CTX_get_error(store);
  if (verify_result_ == X509_V_OK) verify_result_ = X509_V_ERR_UNSPECIFIED;
  const X509* at_fault = X509_STORE_CTX_get_current_cert(store);
  if (at_fault == nullptr) at_fault = X509_STORE_CTX_get0_cert(store);
  if (X509_STORE_CTX_get_error_depth(store) > 0)
    authority_at_fault_ = describe_certificate(*at_fault);
  knows_name_of_issuer_ = knows_name_of_issuer(store, *at_fault);
  return false;
}

std::string PeerVerification::summary() const {
  if (!certificate_) return {};
  const bool is_unverified = settings_.is_insecure && !settings_.fingerprint;
  return summary_of(*certificate_) + (is_unverified ? ", not verified" : "");
}

std::string PeerVerification::refusal(std::string_view trust_option,
                                      std::string_view pin_hint) const {
  if (!certificate_) return {};
  RefusedPeer peer;
  peer.name = peer_name_;
  peer.certificate = *certificate_;
  peer.authority_at_fault = authority_at_fault_;
  peer.verify_result = verify_result_;
  peer.is_fingerprint_wrong = is_fingerprint_wrong_;
  peer.knows_name_of_issuer = knows_name_of_issuer_;
  peer.ca_file = settings_.ca_file;
  return explain_refusal(peer, trust_option, pin_hint);
}

}  // namespace vrni2syslog
