#include "base/error.h"
#include "base/file.h"
#include "certificate.h"
#include "https_server.h"
#include "options.h"
#include "platform.h"
#include "router.h"

#include <csignal>
#include <cstdio>
#include <string>
#include <thread>

namespace vrni2syslog::simulator {
namespace {

constexpr int kBugStatus = 70;

constexpr std::size_t kMaxPemBytes = 1024 * 1024;

// SIGINT and SIGTERM wait for sigwait(); every later thread inherits this.
sigset_t block_signals() {
  sigset_t signals;
  sigemptyset(&signals);
  sigaddset(&signals, SIGINT);
  sigaddset(&signals, SIGTERM);
  pthread_sigmask(SIG_BLOCK, &signals, nullptr);
  return signals;
}

Certificate certificate_for(const ServerOptions& options) {
  if (options.certificate.empty()) return make_certificate();
  return {read_file(options.certificate, kMaxPemBytes, Fault::Configuration),
          read_file(options.key, kMaxPemBytes, Fault::Configuration)};
}

void announce(const ServerOptions& options, const Certificate& certificate, int port) {
  if (!options.ca_out.empty()) write_file_atomically(options.ca_out, certificate.certificate);
  if (!options.port_file.empty()) {
    write_file_atomically(options.port_file, std::to_string(port) + "\n");
  }
  const bool is_v6 = options.host.find(':') != std::string::npos;
  const std::string host = is_v6 ? "[" + options.host + "]" : options.host;
  std::printf("listening on https://%s:%d/api/ni\n", host.c_str(), port);
  std::fflush(stdout);
}

void serve(const Options& options) {
  const sigset_t signals = block_signals();
  Platform platform(options);
  Router router(platform);
  const Certificate certificate = certificate_for(options.server);
  HttpsServer server({options.server.host, options.server.port, options.server.uses_gzip},
                     certificate, [&](const Request& request) { return router.handle(request); });
  announce(options.server, certificate, server.port());
  std::thread serving([&] { server.run(); });
  int signal = 0;
  sigwait(&signals, &signal);
  platform.stopper.stop();
  server.stop();
  serving.join();
}

/// The values of sysexits.h.
int status_of(Fault fault) {
  switch (fault) {
    case Fault::Usage:
      return 64;
    case Fault::Unreachable:
      return 69;
    case Fault::Configuration:
      return 78;
    default:
      return kBugStatus;
  }
}

}  // namespace
}  // namespace vrni2syslog::simulator

int main(int argc, char** argv) {
  using namespace vrni2syslog;
  try {
    const auto options = simulator::parse_options(argc, argv, simulator::now_seconds());
    if (options) simulator::serve(*options);
    return 0;
  } catch (const Error& error) {
    std::fprintf(stderr, "vrni-simulator: %s\n", error.what());
    return simulator::status_of(error.fault());
  } catch (const std::exception& error) {
    std::fprintf(stderr, "vrni-simulator: %s\n", error.what());
    return simulator::kBugStatus;
  }
}
