#pragma once

#include "tls/tls_client.h"
#include "transport/stream/byte_stream.h"
#include "transport/stream/plain_stream.h"
#include "transport/stream/tls_alert.h"

#include <openssl/ssl.h>

#include <memory>
#include <string>

namespace vrni2syslog {

/// TLS 1.2 or 1.3 around a connected socket. OpenSSL works on the socket itself, without asio::ssl,
/// because the orderly close needs what that hides: under TLS 1.3 a server may refuse our
/// certificate after our first write, SSL_shutdown() then still reports success, and only a later
/// SSL_read() tells of the alert.
class TlsStream final : public ByteStream {
 public:
  /// `host` is what the certificate must carry, and the server name to ask for (SNI) unless it is
  /// an address. Throws Error(Configuration) for files that cannot be used.
  TlsStream(int socket, const TlsSettings& settings, const std::string& host);

  IoStatus handshake() override;
  IoOutcome write(std::string_view bytes) override;
  IoOutcome read(std::span<char> buffer) override;
  [[nodiscard]] bool has_close_notify() const noexcept override { return true; }
  IoStatus send_close_notify() override;
  /// "TLSv1.3, certificate CN=..., expires ..., sha256:...".
  [[nodiscard]] std::string description() const override;

 private:
  struct SslFree {
    void operator()(SSL* ssl) const noexcept { SSL_free(ssl); }
  };
  static int record_certificate_request(SSL* ssl, void* self) noexcept;
  [[noreturn]] void fail_handshake(int ssl_error, int error_number) const;
  [[noreturn]] void fail_writing(int ssl_error, int error_number);
  [[noreturn]] void fail(int ssl_error, int error_number) const;

  PlainStream socket_;  ///< what remains below once the peer has ended its TLS stream
  PeerVerification verification_;
  SslContext context_;
  std::unique_ptr<SSL, SslFree> ssl_;
  ClientCertificate client_certificate_ = ClientCertificate::NotRequested;
  bool is_ended_by_peer_ = false;
};

}  // namespace vrni2syslog
