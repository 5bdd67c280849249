#pragma once

#include "base/file.h"
#include "support/test_certificates.h"

#include <openssl/ssl.h>

#include <cstdint>
#include <filesystem>
#include <functional>
#include <string>
#include <thread>
#include <utility>

namespace vrni2syslog {

/// A peer in a thread: accepts one connection on a free port of 127.0.0.1, or on a unix socket, and
/// hands it to the test's function; or several, one after the other. Every read and write of the
/// peer ends after 20 s, so no test hangs.
class TestServer {
 public:
  using Serve = std::function<void(FileDescriptor connection)>;

  explicit TestServer(Serve serve) : TestServer(1, std::move(serve)) {}
  TestServer(int connections, Serve serve);
  TestServer(const std::filesystem::path& unix_path, Serve serve);
  TestServer(const TestServer&) = delete;
  TestServer& operator=(const TestServer&) = delete;
  ~TestServer() { join(); }

  [[nodiscard]] std::uint16_t port() const noexcept { return port_; }
  [[nodiscard]] std::string address() const { return "127.0.0.1:" + std::to_string(port_); }
  /// Waits until the peer's function has returned, and accepts no more connections.
  void join();
  /// The same, and refuses connections from then on.
  void close() {
    join();
    listener_.reset();
  }

 private:
  void start(int connections, Serve serve);

  FileDescriptor listener_;
  std::uint16_t port_ = 0;
  std::thread thread_;
};

/// A port of 127.0.0.1 on which nobody listens.
[[nodiscard]] std::uint16_t unused_port();

[[nodiscard]] std::string read_until_eof(int connection);
/// Reads at least this many bytes, unless the connection ends.
[[nodiscard]] std::string read_bytes(int connection, std::size_t count);
/// Closes so that the other side is reset.
void reset_connection(FileDescriptor connection);
/// Waits until the other side has ended the connection.
void wait_for_end(int connection);

/// The server's side of TLS on a connection.
class TestTlsServer {
 public:
  struct Options {
    int version = TLS1_3_VERSION;
    /// The authority whose client certificates are demanded.
    const TestCertificate* client_authority = nullptr;
    bool sends_tickets = true;
  };

  TestTlsServer(const TestCertificate& certificate, const Options& options, int connection);
  TestTlsServer(const TestTlsServer&) = delete;
  TestTlsServer& operator=(const TestTlsServer&) = delete;
  ~TestTlsServer();

  [[nodiscard]] bool shake_hands();
  /// Reads until the peer's close_notify, or until the connection breaks.
  [[nodiscard]] std::string read_until_close_notify();
  [[nodiscard]] std::string read_bytes(std::size_t count);
  void write(std::string_view bytes);
  void send_close_notify();
  /// Changes its keys and asks the client to change its own (TLS 1.3), or asks for a new handshake
  /// (TLS 1.2).
  void request_new_keys();
  /// The server name that the client asked for.
  [[nodiscard]] std::string server_name() const;

 private:
  SSL_CTX* context_;
  SSL* ssl_;
};

}  // namespace vrni2syslog
