#pragma once

#include "certificate.h"
#include "http.h"

#include <functional>
#include <memory>
#include <string>

namespace vrni2syslog::simulator {

/// HTTP/1.1 over TLS, with keep-alive and a thread for each of up to 128 connections. This is the
/// only place that knows the HTTP library.
class HttpsServer {
 public:
  using Handler = std::function<Answer(const Request&)>;

  struct Settings {
    std::string host;
    int port = 0;  ///< 0: a free one
    bool uses_gzip = false;
  };

  /// Listens from here on. Throws Error(Unreachable) if it cannot, Error(Configuration) if the
  /// certificate and key cannot be used.
  HttpsServer(const Settings& settings, const Certificate& certificate, Handler handler);
  HttpsServer(const HttpsServer&) = delete;
  HttpsServer& operator=(const HttpsServer&) = delete;
  ~HttpsServer();

  [[nodiscard]] int port() const noexcept;
  /// Serves until stop() is called from another thread, and then until every connection has ended.
  void run();
  /// Takes no more connections and hangs up on those that are idle; an answer on its way may still
  /// be sent, for a while.
  void stop();

 private:
  struct Implementation;
  std::unique_ptr<Implementation> implementation_;
};

}  // namespace vrni2syslog::simulator
