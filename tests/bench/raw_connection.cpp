#include "raw_connection.h"

#include <netinet/in.h>
#include <stdexcept>
#include <sys/socket.h>
#include <unistd.h>

namespace vrni2syslog::bench {
namespace {

void require(bool is_done, const char* what) {
  if (!is_done) throw std::runtime_error(what);
}

}  // namespace

RawConnection::RawConnection(std::uint16_t port, bool has_tls)
    : socket_(::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0)) {
  sockaddr_in address{};
  address.sin_family = AF_INET;
  address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
  address.sin_port = htons(port);
  require(::connect(socket_, reinterpret_cast<sockaddr*>(&address), sizeof address) == 0,
          "connect");
  if (!has_tls) return;
  context_ = SSL_CTX_new(TLS_client_method());
  ssl_ = SSL_new(context_);
  SSL_set_fd(ssl_, socket_);
  require(SSL_connect(ssl_) == 1, "TLS handshake");
}

RawConnection::~RawConnection() {
  SSL_free(ssl_);
  SSL_CTX_free(context_);
  ::close(socket_);
}

void RawConnection::write(std::string_view bytes) {
  std::size_t written = 0;
  if (ssl_ != nullptr) {
    require(SSL_write_ex(ssl_, bytes.data(), bytes.size(), &written) == 1, "TLS write");
    return;
  }
  while (!bytes.empty()) {
    const ssize_t size = ::send(socket_, bytes.data(), bytes.size(), MSG_NOSIGNAL);
    require(size > 0, "write");
    bytes.remove_prefix(static_cast<std::size_t>(size));
  }
}

void RawConnection::close() {
  char rest = 0;
  std::size_t size = 0;
  if (ssl_ != nullptr) {
    (void)SSL_shutdown(ssl_);
    require(SSL_read_ex(ssl_, &rest, 1, &size) == 0, "data from the peer");
  }
  ::shutdown(socket_, SHUT_WR);
  require(::read(socket_, &rest, 1) == 0, "the peer's end");
}

}  // namespace vrni2syslog::bench
