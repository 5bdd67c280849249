#include "https_server.h"

#include "base/error.h"
#include "gzip.h"

#include <httplib.h>
#include <openssl/err.h>
#include <openssl/pem.h>

#include <algorithm>
#include <array>
#include <atomic>
#include <chrono>
#include <cstdlib>
#include <ctime>
#include <filesystem>
#include <memory>
#include <thread>
#include <utility>

namespace vrni2syslog::simulator {
namespace {

constexpr std::size_t kThreads = 128;
constexpr std::size_t kMaxRequestBytes = 64U * 1024 * 1024;
constexpr std::size_t kRequestsPerConnection = 1'000'000'000;
constexpr time_t kIdleSeconds = 300;
constexpr time_t kTransferSeconds = 60;

/// Of the request that this thread answers: when its headers had been read.
thread_local std::chrono::steady_clock::time_point began_at;

Request to_request(const httplib::Request& from) {
  Request request;
  request.began_at = began_at;
  request.method = from.method;
  request.path = from.path;
  for (const auto& [name, value] : from.params) request.query.insert_or_assign(name, value);
  // The library counts the fields of a form among the query's.
  request.has_query = from.target.find('?') != std::string::npos;
  request.csp_auth_token = from.get_header_value("csp-auth-token");
  request.authorization = from.get_header_value("Authorization");
  request.accepts_gzip = from.get_header_value("Accept-Encoding").find("gzip") != std::string::npos;
  request.body = from.body;
  request.connection = from.remote_addr + ":" + std::to_string(from.remote_port);
  return request;
}

// Half of the body is sent, and then the provider's failure makes the library drop the connection.
void set_cut_body(httplib::Response& to, std::string body, const std::string& type) {
  const auto size = std::max<std::size_t>(body.size(), 2);
  body.resize(size / 2);
  to.set_content_provider(
      size, type,
      [body = std::move(body)](std::size_t offset, std::size_t, httplib::DataSink& sink) {
        if (offset == 0) sink.write(body.data(), body.size());
        return false;
      });
}

void set_produced_body(httplib::Response& to, const Answer& answer, const std::string& type) {
  const auto produce = [producer = answer.producer](httplib::DataSink& sink) {
    std::string chunk;
    const bool has_more = producer(chunk);
    const bool is_written = chunk.empty() || sink.write(chunk.data(), chunk.size());
    if (is_written && !has_more) sink.done();
    return is_written;
  };
  if (answer.announced_length) {
    to.set_content_provider(
        *answer.announced_length, type,
        [produce](std::size_t, std::size_t, httplib::DataSink& sink) { return produce(sink); });
  } else {
    to.set_chunked_content_provider(
        type, [produce](std::size_t, httplib::DataSink& sink) { return produce(sink); });
  }
}

/// IMF-fixdate (RFC 9110, 5.6.7).
std::string http_date(std::time_t time) {
  std::tm fields{};
  std::array<char, 40> text{};
  ::gmtime_r(&time, &fields);
  return {text.data(),
          std::strftime(text.data(), text.size(), "%a, %d %b %Y %H:%M:%S GMT", &fields)};
}

void fill(httplib::Response& to, Answer answer, bool compresses) {
  const std::string type(answer.content_type);
  to.status = answer.status;
  to.set_header("Date", http_date(std::time(nullptr)));
  for (const auto& [name, value] : answer.headers) to.set_header(name, value);
  if (answer.producer) {
    set_produced_body(to, answer, type);
    return;
  }
  if (compresses && !answer.body.empty()) {
    answer.body = gzip(answer.body);
    to.set_header("Content-Encoding", "gzip");
  }
  if (answer.is_cut) {
    set_cut_body(to, std::move(answer.body), type);
  } else if (!answer.body.empty()) {
    to.body = std::move(answer.body);  // set_content() would copy it
    to.set_header("Content-Type", type);
  }
}

bool use_certificate(SSL_CTX& context, const Certificate& certificate) {
  using Bio = std::unique_ptr<BIO, decltype(&BIO_free_all)>;
  const auto open = [](const std::string& text) {
    return Bio(BIO_new_mem_buf(text.data(), static_cast<int>(text.size())), &BIO_free_all);
  };
  const Bio key_bio = open(certificate.key);
  const std::unique_ptr<EVP_PKEY, decltype(&EVP_PKEY_free)> key(
      PEM_read_bio_PrivateKey(key_bio.get(), nullptr, nullptr, nullptr), &EVP_PKEY_free);
  const Bio chain = open(certificate.certificate);
  using X509Ptr = std::unique_ptr<X509, decltype(&X509_free)>;
  X509Ptr x509(PEM_read_bio_X509(chain.get(), nullptr, nullptr, nullptr), &X509_free);
  if (!key || !x509 || SSL_CTX_use_certificate(&context, x509.get()) != 1) return false;
  if (SSL_CTX_use_PrivateKey(&context, key.get()) != 1) return false;
  while (X509* next = PEM_read_bio_X509(chain.get(), nullptr, nullptr, nullptr)) {
    if (SSL_CTX_add0_chain_cert(&context, next) != 1) return false;
  }
  ERR_clear_error();  // the end of the chain is an error to OpenSSL
  SSL_CTX_set_min_proto_version(&context, TLS1_2_VERSION);
  return true;
}

// The library keeps its connections to itself, but all connected sockets of this process are its.
void hang_up(int how) {
  for (const auto& entry : std::filesystem::directory_iterator("/proc/self/fd")) {
    const int descriptor = std::atoi(entry.path().filename().c_str());
    sockaddr_storage peer{};
    socklen_t size = sizeof(peer);
    if (::getpeername(descriptor, reinterpret_cast<sockaddr*>(&peer), &size) == 0) {
      ::shutdown(descriptor, how);
    }
  }
}

}  // namespace

struct HttpsServer::Implementation {
  Implementation(const Certificate& certificate, Handler handle, bool gzip_allowed)
      : server([&](SSL_CTX& context) { return use_certificate(context, certificate); }),
        handler(std::move(handle)),
        uses_gzip(gzip_allowed) {}

  void answer(const httplib::Request& from, httplib::Response& to) const {
    const Request request = to_request(from);
    fill(to, handler(request), uses_gzip && request.accepts_gzip);
  }

  httplib::SSLServer server;
  Handler handler;
  bool uses_gzip;
  int port = 0;
  std::atomic<bool> has_ended = false;
};

HttpsServer::HttpsServer(const Settings& settings, const Certificate& certificate, Handler handler)
    : implementation_(
          std::make_unique<Implementation>(certificate, std::move(handler), settings.uses_gzip)) {
  httplib::SSLServer& server = implementation_->server;
  if (!server.is_valid()) {
    throw Error(Fault::Configuration, "the certificate and its key cannot be used");
  }
  // The library matches paths by regular expressions; the routing is the handler's.
  constexpr const char* kAnyPath = R"([\s\S]*)";
  const auto answer = [this](const httplib::Request& from, httplib::Response& to) {
    implementation_->answer(from, to);
  };
  server.set_pre_routing_handler([](const httplib::Request&, httplib::Response&) {
    began_at = std::chrono::steady_clock::now();
    return httplib::Server::HandlerResponse::Unhandled;
  });
  server.Get(kAnyPath, answer).Post(kAnyPath, answer).Put(kAnyPath, answer);
  server.Delete(kAnyPath, answer);
  server.new_task_queue = [] { return new httplib::ThreadPool(kThreads); };
  server.set_tcp_nodelay(true);
  server.set_keep_alive_max_count(kRequestsPerConnection);
  server.set_keep_alive_timeout(kIdleSeconds);
  server.set_read_timeout(kTransferSeconds).set_write_timeout(kTransferSeconds);
  server.set_payload_max_length(kMaxRequestBytes);
  if (settings.port == 0) {
    implementation_->port = server.bind_to_any_port(settings.host);
  } else if (server.bind_to_port(settings.host, settings.port)) {
    implementation_->port = settings.port;
  }
  if (implementation_->port <= 0) {
    throw Error(Fault::Unreachable, "cannot listen on " + printable(settings.host) + ", port " +
                                        std::to_string(settings.port));
  }
}

HttpsServer::~HttpsServer() = default;

int HttpsServer::port() const noexcept {
  return implementation_->port;
}

void HttpsServer::run() {
  implementation_->server.listen_after_bind();
  implementation_->has_ended = true;
}

void HttpsServer::stop() {
  using namespace std::chrono_literals;
  constexpr int kPatientRounds = 20;
  // The library ignores a stop that comes before it has begun.
  for (int round = 0; !implementation_->has_ended; ++round) {
    if (implementation_->server.is_running()) implementation_->server.stop();
    hang_up(round < kPatientRounds ? SHUT_RD : SHUT_RDWR);
    std::this_thread::sleep_for(50ms);
  }
}

}  // namespace vrni2syslog::simulator
