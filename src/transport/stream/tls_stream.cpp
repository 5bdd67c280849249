#include "transport/stream/tls_stream.h"

#include "base/error.h"
#include "base/freed_by.h"
#include "base/text/ip_address.h"
#include "tls/tls_client.h"
#include "transport/stream/plain_stream.h"
#include "transport/stream/tls_alert.h"

#include <fmt/format.h>
#include <openssl/err.h>
#include <openssl/ssl.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <utility>

namespace vrni2syslog {
namespace {

constexpr const char* kTrustOption = "--collector-ca-file";
constexpr const char* kPinHint = "?fingerprint=";
constexpr int kMaxReadsForAlert = 64;

/// Clears the errors of earlier calls, which SSL_get_error() would take for this call's.
void forget_errors() noexcept {
  ERR_clear_error();
  errno = 0;
}

/// Whether the connection ended without a close_notify and without a reset.
bool is_plain_eof(int ssl_error, int error_number) noexcept {
  if (ssl_error == SSL_ERROR_SSL) {
    const unsigned long code = ERR_peek_error();
    return ERR_GET_LIB(code) == ERR_LIB_SSL &&
           ERR_GET_REASON(code) == SSL_R_UNEXPECTED_EOF_WHILE_READING;
  }
  return ssl_error == SSL_ERROR_SYSCALL && error_number == 0;
}

/// OpenSSL works on the socket itself, without asio::ssl, because the orderly close needs what that
/// hides: under TLS 1.3 a server may refuse our certificate after our first write. SSL_shutdown()
/// then still reports success, and only a later SSL_read() tells of the alert.
class TlsStream final : public ByteStream {
 public:
  TlsStream(std::unique_ptr<WatchedDescriptor> socket, std::string peer,
            const TlsSettings& settings, const std::string& host);

  [[nodiscard]] WatchedDescriptor& socket() noexcept override { return socket_.socket(); }
  IoStatus handshake() override;
  IoOutcome write(std::string_view bytes) override;
  IoOutcome read(std::span<char> buffer) override;
  [[nodiscard]] bool has_close_notify() const noexcept override { return true; }
  IoStatus send_close_notify() override;
  [[nodiscard]] std::string description() const override;

 private:
  static int record_certificate_request(SSL* ssl, void* self) noexcept;
  [[noreturn]] void fail_handshake(int ssl_error, int error_number) const;
  [[noreturn]] void fail_writing(int ssl_error, int error_number);
  [[noreturn]] void fail(int ssl_error, int error_number) const;

  PlainStream socket_;  ///< what remains once the peer has ended its TLS stream
  PeerVerification verification_;
  SslContext context_;
  std::unique_ptr<SSL, FreedBy<SSL_free>> ssl_;
  ClientCertificate client_certificate_ = ClientCertificate::NotRequested;
  bool is_ended_by_peer_ = false;
};

TlsStream::TlsStream(std::unique_ptr<WatchedDescriptor> socket, std::string peer,
                     const TlsSettings& settings, const std::string& host)
    : socket_(std::move(socket), std::move(peer)),
      verification_(settings, host),
      context_(verification_.make_context()),
      ssl_(SSL_new(context_.get())) {
  if (!ssl_ || SSL_set_fd(ssl_.get(), socket_.socket().get()) != 1)
    throw Error(Fault::Bug, "cannot set up TLS: " + take_ssl_error());
  SSL_set_mode(ssl_.get(), SSL_MODE_ENABLE_PARTIAL_WRITE | SSL_MODE_ACCEPT_MOVING_WRITE_BUFFER);
  SSL_set_cert_cb(ssl_.get(), &TlsStream::record_certificate_request, this);
  SSL_set_connect_state(ssl_.get());
  if (is_ip_address(host)) return;
  const std::string server_name = host.ends_with('.') ? host.substr(0, host.size() - 1) : host;
  SSL_set_tlsext_host_name(ssl_.get(), server_name.c_str());
}

/// OpenSSL calls this when the server asks for a certificate, before it sends ours, if any.
int TlsStream::record_certificate_request(SSL* ssl, void* self) noexcept {
  static_cast<TlsStream*>(self)->client_certificate_ =
      SSL_get_certificate(ssl) != nullptr ? ClientCertificate::Shown : ClientCertificate::Missing;
  return 1;
}

IoStatus TlsStream::handshake() {
  forget_errors();
  const int result = SSL_do_handshake(ssl_.get());
  const int error_number = errno;
  if (result == 1) {
    verification_.require_accepted(ssl_.get());
    return IoStatus::Done;
  }
  const int ssl_error = SSL_get_error(ssl_.get(), result);
  if (ssl_error == SSL_ERROR_WANT_READ) return IoStatus::WantRead;
  if (ssl_error == SSL_ERROR_WANT_WRITE) return IoStatus::WantWrite;
  fail_handshake(ssl_error, error_number);
}

void TlsStream::fail_handshake(int ssl_error, int error_number) const {
  std::string reason = verification_.refusal(kTrustOption, kPinHint);
  if (!reason.empty()) {
    ERR_clear_error();
    throw Error(Fault::Refused, reason);
  }
  if (is_plain_eof(ssl_error, error_number)) {
    reason = "closed the connection during the TLS handshake; does it speak TLS on this port?";
  } else if (ssl_error == SSL_ERROR_SYSCALL) {
    reason = "TLS handshake: " + errno_text(error_number);
  } else {
    const Error failure = explain_tls_error(client_certificate_, Fault::Unreachable);
    if (failure.fault() == Fault::Refused) throw Error(failure);
    throw failure.within("TLS handshake");
  }
  throw Error(Fault::Unreachable, reason);
}

IoOutcome TlsStream::write(std::string_view bytes) {
  forget_errors();
  std::size_t written = 0;
  const int result = SSL_write_ex(ssl_.get(), bytes.data(), bytes.size(), &written);
  const int error_number = errno;
  if (result == 1) return IoOutcome{IoStatus::Done, written};
  const int ssl_error = SSL_get_error(ssl_.get(), result);
  if (ssl_error == SSL_ERROR_WANT_READ) return IoOutcome{IoStatus::WantRead};
  if (ssl_error == SSL_ERROR_WANT_WRITE) return IoOutcome{IoStatus::WantWrite};
  fail_writing(ssl_error, error_number);
}

/// A peer that refuses us sends an alert before its reset, and that alert says why.
void TlsStream::fail_writing(int ssl_error, int error_number) {
  if (ssl_error == SSL_ERROR_SYSCALL) {
    std::array<char, 1024> discarded;
    std::size_t received = 0;
    forget_errors();
    for (int reads = 0; reads < kMaxReadsForAlert; ++reads) {
      if (SSL_read_ex(ssl_.get(), discarded.data(), discarded.size(), &received) != 1) break;
    }
    if (ERR_peek_error() != 0 && !is_plain_eof(SSL_ERROR_SSL, 0)) ssl_error = SSL_ERROR_SSL;
  }
  fail(ssl_error, error_number);
}

void TlsStream::fail(int ssl_error, int error_number) const {
  if (ssl_error == SSL_ERROR_SYSCALL && error_number != 0) throw_connection_broken(error_number);
  throw explain_tls_error(client_certificate_, Fault::Unconfirmed);
}

IoOutcome TlsStream::read(std::span<char> buffer) {
  if (is_ended_by_peer_) return socket_.read(buffer);
  forget_errors();
  std::size_t received = 0;
  const int result = SSL_read_ex(ssl_.get(), buffer.data(), buffer.size(), &received);
  const int error_number = errno;
  if (result == 1) return IoOutcome{IoStatus::Done, received};
  const int ssl_error = SSL_get_error(ssl_.get(), result);
  switch (ssl_error) {
    case SSL_ERROR_WANT_READ:
      return IoOutcome{IoStatus::WantRead};
    case SSL_ERROR_WANT_WRITE:
      return IoOutcome{IoStatus::WantWrite};
    case SSL_ERROR_ZERO_RETURN:
      is_ended_by_peer_ = true;
      return IoOutcome{IoStatus::CloseNotify};
    default:
      break;
  }
  if (is_plain_eof(ssl_error, error_number)) return IoOutcome{IoStatus::Eof};
  fail(ssl_error, error_number);
}

IoStatus TlsStream::send_close_notify() {
  forget_errors();
  const int result = SSL_shutdown(ssl_.get());
  const int error_number = errno;
  if (result >= 0) return IoStatus::Done;
  const int ssl_error = SSL_get_error(ssl_.get(), result);
  if (ssl_error == SSL_ERROR_WANT_WRITE) return IoStatus::WantWrite;
  // Our close_notify is out; read() will find what came back.
  if (ssl_error == SSL_ERROR_WANT_READ) return IoStatus::Done;
  fail_writing(ssl_error, error_number);
}

std::string TlsStream::description() const {
  std::string text = socket_.description() + ", " + SSL_get_version(ssl_.get());
  if (verification_.certificate()) text += ", " + verification_.summary();
  return text;
}

}  // namespace

std::unique_ptr<ByteStream> make_tls_stream(std::unique_ptr<WatchedDescriptor> socket,
                                            std::string peer, const TlsSettings& settings,
                                            const std::string& host) {
  return std::make_unique<TlsStream>(std::move(socket), std::move(peer), settings, host);
}

}  // namespace vrni2syslog
