// A collector that does as little as it can: accepts TCP or TLS, one connection after the other,
// reads and discards, and answers the orderly close. Tells of each connection, as a JSON object on
// a line, how many bytes and lines it has brought; and before that, with --tell-at, when it has
// brought so many lines.
//
//   bench_sink PORT-FILE [--tls CERTIFICATE-FILE] [--tell-at LINES]
//
// Both files are written: the port it listens on, and the certificate that it has made for itself.

#include "base/file.h"
#include "line_counter.h"
#include "support/test_certificates.h"

#include <algorithm>
#include <cinttypes>
#include <csignal>
#include <cstdio>
#include <exception>
#include <limits>
#include <netinet/in.h>
#include <stdexcept>
#include <string>
#include <sys/socket.h>
#include <unistd.h>
#include <vector>

namespace vrni2syslog::bench {
namespace {

constexpr std::size_t kReadBytes = 1024UL * 1024;

struct SinkOptions {
  std::string port_file;
  std::string certificate_file;  ///< empty: no TLS
  std::uint64_t tell_at = std::numeric_limits<std::uint64_t>::max();
};

void require(bool is_done, const char* what) {
  if (!is_done) throw std::runtime_error(what);
}

[[nodiscard]] int listen_on_free_port(std::uint16_t& port) {
  const int listener = ::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
  sockaddr_in address{};
  address.sin_family = AF_INET;
  address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
  socklen_t size = sizeof address;
  require(::bind(listener, reinterpret_cast<sockaddr*>(&address), size) == 0, "bind");
  require(::listen(listener, 16) == 0, "listen");
  require(::getsockname(listener, reinterpret_cast<sockaddr*>(&address), &size) == 0,
          "getsockname");
  port = ntohs(address.sin_port);
  return listener;
}

/// What one connection has brought.
class Tally {
 public:
  explicit Tally(std::uint64_t tell_at) : tell_at_(tell_at) {}

  void add(std::string_view bytes) {
    bytes_ += bytes.size();
    lines_.add(bytes);
    if (lines_.count() < tell_at_ || has_told_) return;
    has_told_ = true;
    tell("reached");
  }
  void tell(const char* event) const {
    std::printf("{\"event\": \"%s\", \"bytes\": %" PRIu64 ", \"lines\": %" PRIu64 "}\n", event,
                bytes_, lines_.count());
    std::fflush(stdout);
  }

 private:
  std::uint64_t tell_at_;
  bool has_told_ = false;
  std::uint64_t bytes_ = 0;
  LineCounter lines_;
};

void serve_plain(int connection, std::vector<char>& buffer, Tally& tally) {
  while (true) {
    const ssize_t size = ::read(connection, buffer.data(), buffer.size());
    if (size <= 0) return;
    tally.add({buffer.data(), static_cast<std::size_t>(size)});
  }
}

void serve_tls(int connection, SSL_CTX* context, std::vector<char>& buffer, Tally& tally) {
  SSL* const ssl = SSL_new(context);
  SSL_set_fd(ssl, connection);
  std::size_t size = 0;
  if (SSL_accept(ssl) == 1) {
    while (SSL_read_ex(ssl, buffer.data(), buffer.size(), &size) == 1)
      tally.add({buffer.data(), size});
    (void)SSL_shutdown(ssl);
    ::shutdown(connection, SHUT_WR);
    while (::read(connection, buffer.data(), buffer.size()) > 0) {
    }
  }
  SSL_free(ssl);
}

[[nodiscard]] SSL_CTX* make_tls_context(const std::string& certificate_file) {
  CertificateSpec spec;
  spec.names = {"DNS:localhost", "IP:127.0.0.1"};
  const TestCertificate certificate = TestCertificate::self_signed(spec);
  SSL_CTX* const context = SSL_CTX_new(TLS_server_method());
  certificate.use_in(context);
  SSL_CTX_set_read_ahead(context, 1);
  write_file_atomically(certificate_file, certificate.certificate_pem());
  return context;
}

void serve(const SinkOptions& options) {
  SSL_CTX* const context =
      options.certificate_file.empty() ? nullptr : make_tls_context(options.certificate_file);
  std::uint16_t port = 0;
  const int listener = listen_on_free_port(port);
  write_file_atomically(options.port_file, std::to_string(port) + "\n");
  std::vector<char> buffer(kReadBytes);
  while (true) {
    const int connection = ::accept4(listener, nullptr, nullptr, SOCK_CLOEXEC);
    require(connection >= 0, "accept");
    Tally tally(options.tell_at);
    if (context != nullptr) {
      serve_tls(connection, context, buffer, tally);
    } else {
      serve_plain(connection, buffer, tally);
    }
    tally.tell("closed");
    ::close(connection);
  }
}

[[nodiscard]] SinkOptions parse(const std::vector<std::string>& arguments) {
  SinkOptions options;
  if (arguments.size() % 2 != 1)
    throw std::invalid_argument("usage: PORT-FILE [--tls FILE] [--tell-at N]");
  options.port_file = arguments[0];
  for (std::size_t i = 1; i < arguments.size(); i += 2) {
    if (arguments[i] == "--tls") {
      options.certificate_file = arguments[i + 1];
    } else if (arguments[i] == "--tell-at") {
      options.tell_at = std::stoull(arguments[i + 1]);
    } else {
      throw std::invalid_argument("no option is called " + arguments[i]);
    }
  }
  return options;
}

}  // namespace
}  // namespace vrni2syslog::bench

int main(int argc, char** argv) {
  using namespace vrni2syslog::bench;
  std::signal(SIGPIPE, SIG_IGN);
  try {
    serve(parse(std::vector<std::string>(argv + 1, argv + argc)));
  } catch (const std::exception& error) {
    std::fprintf(stderr, "bench_sink: %s\n", error.what());
    return 70;
  }
  return 0;
}
