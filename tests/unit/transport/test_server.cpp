#include "test_server.h"

#include <arpa/inet.h>
#include <array>
#include <cstring>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <stdexcept>
#include <sys/socket.h>
#include <sys/time.h>
#include <sys/un.h>
#include <unistd.h>
#include <utility>

namespace vrni2syslog {
namespace {

void require(bool is_done, const char* what) {
  if (!is_done) throw std::runtime_error(what);
}

sockaddr_in loopback() {
  sockaddr_in address{};
  address.sin_family = AF_INET;
  address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
  return address;
}

std::uint16_t bind_to_free_port(int socket) {
  sockaddr_in address = loopback();
  require(::bind(socket, reinterpret_cast<sockaddr*>(&address), sizeof address) == 0, "bind");
  socklen_t size = sizeof address;
  require(::getsockname(socket, reinterpret_cast<sockaddr*>(&address), &size) == 0, "getsockname");
  return ntohs(address.sin_port);
}

void limit_waits(int socket) {
  const timeval limit{20, 0};
  ::setsockopt(socket, SOL_SOCKET, SO_RCVTIMEO, &limit, sizeof limit);
  ::setsockopt(socket, SOL_SOCKET, SO_SNDTIMEO, &limit, sizeof limit);
}

}  // namespace

TestServer::TestServer(int connections, Serve serve)
    : listener_(::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0)) {
  port_ = bind_to_free_port(listener_.get());
  start(connections, std::move(serve));
}

TestServer::TestServer(const std::filesystem::path& unix_path, Serve serve)
    : listener_(::socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0)) {
  sockaddr_un address{};
  address.sun_family = AF_UNIX;
  std::strncpy(address.sun_path, unix_path.c_str(), sizeof address.sun_path - 1);
  require(::bind(listener_.get(), reinterpret_cast<sockaddr*>(&address), sizeof address) == 0,
          "bind");
  start(1, std::move(serve));
}

void TestServer::start(int connections, Serve serve) {
  limit_waits(listener_.get());
  require(::listen(listener_.get(), 8) == 0, "listen");
  thread_ = std::thread([this, connections, serve = std::move(serve)] {
    for (int i = 0; i < connections; ++i) {
      FileDescriptor connection(::accept4(listener_.get(), nullptr, nullptr, SOCK_CLOEXEC));
      if (!connection.is_open()) return;
      limit_waits(connection.get());
      const int at_once = 1;
      ::setsockopt(connection.get(), IPPROTO_TCP, TCP_NODELAY, &at_once, sizeof at_once);
      serve(std::move(connection));
    }
  });
}

void TestServer::join() {
  if (!thread_.joinable()) return;
  ::shutdown(listener_.get(), SHUT_RDWR);
  thread_.join();
}

std::uint16_t unused_port() {
  const FileDescriptor socket(::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0));
  return bind_to_free_port(socket.get());
}

std::string read_until_eof(int connection) {
  return read_bytes(connection, static_cast<std::size_t>(-1));
}

std::string read_bytes(int connection, std::size_t count) {
  std::string all;
  std::array<char, 16384> piece;
  while (all.size() < count) {
    const ssize_t size = ::read(connection, piece.data(), piece.size());
    if (size <= 0) break;
    all.append(piece.data(), static_cast<std::size_t>(size));
  }
  return all;
}

void reset_connection(FileDescriptor connection) {
  const linger now{1, 0};
  ::setsockopt(connection.get(), SOL_SOCKET, SO_LINGER, &now, sizeof now);
}

void wait_for_end(int connection) {
  (void)read_until_eof(connection);
}

TestTlsServer::TestTlsServer(const TestCertificate& certificate, const Options& options,
                             int connection)
    : context_(SSL_CTX_new(TLS_server_method())), ssl_(nullptr) {
  certificate.use_in(context_);
  SSL_CTX_set_min_proto_version(context_, options.version);
  SSL_CTX_set_max_proto_version(context_, options.version);
  if (!options.sends_tickets) SSL_CTX_set_num_tickets(context_, 0);
  if (options.client_authority != nullptr) {
    X509_STORE_add_cert(SSL_CTX_get_cert_store(context_), options.client_authority->certificate());
    SSL_CTX_set_verify(context_, SSL_VERIFY_PEER | SSL_VERIFY_FAIL_IF_NO_PEER_CERT, nullptr);
  }
  ssl_ = SSL_new(context_);
  SSL_set_fd(ssl_, connection);
}

TestTlsServer::~TestTlsServer() {
  SSL_free(ssl_);
  SSL_CTX_free(context_);
}

bool TestTlsServer::shake_hands() {
  return SSL_accept(ssl_) == 1;
}

std::string TestTlsServer::read_until_close_notify() {
  return read_bytes(static_cast<std::size_t>(-1));
}

std::string TestTlsServer::read_bytes(std::size_t count) {
  std::string all;
  std::array<char, 16384> piece;
  std::size_t size = 0;
  while (all.size() < count && SSL_read_ex(ssl_, piece.data(), piece.size(), &size) == 1)
    all.append(piece.data(), size);
  return all;
}

void TestTlsServer::write(std::string_view bytes) {
  std::size_t written = 0;
  (void)SSL_write_ex(ssl_, bytes.data(), bytes.size(), &written);
}

void TestTlsServer::send_close_notify() {
  (void)SSL_shutdown(ssl_);
}

void TestTlsServer::request_new_keys() {
  if (SSL_version(ssl_) == TLS1_3_VERSION)
    (void)SSL_key_update(ssl_, SSL_KEY_UPDATE_REQUESTED);
  else
    (void)SSL_renegotiate(ssl_);
  (void)SSL_do_handshake(ssl_);
}

std::string TestTlsServer::server_name() const {
  const char* name = SSL_get_servername(ssl_, TLSEXT_NAMETYPE_host_name);
  return name != nullptr ? name : "";
}

}  // namespace vrni2syslog
