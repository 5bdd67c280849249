#pragma once

#include "base/file.h"
#include "transport/net/socket_address.h"

#include <netinet/in.h>
#include <stdexcept>
#include <sys/socket.h>
#include <vector>

namespace vrni2syslog {

[[nodiscard]] inline SocketAddress loopback_address(std::uint16_t port) {
  sockaddr_in address{};
  address.sin_family = AF_INET;
  address.sin_port = htons(port);
  address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
  return SocketAddress(reinterpret_cast<const sockaddr*>(&address), sizeof address);
}

/// An address that never answers: who listens there does not accept, and Linux drops what comes
/// when its queue is full.
class SilentAddress {
 public:
  SilentAddress() : listener_(::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0)) {
    if (::listen(listener_.get(), 0) != 0) throw std::runtime_error("cannot listen");
    sockaddr_in address{};
    socklen_t size = sizeof address;
    ::getsockname(listener_.get(), reinterpret_cast<sockaddr*>(&address), &size);
    port_ = ntohs(address.sin_port);
    for (int i = 0; i < kConnectionsThatFillTheQueue; ++i) {
      FileDescriptor& client =
          clients_.emplace_back(::socket(AF_INET, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0));
      const SocketAddress target = loopback_address(port_);
      (void)::connect(client.get(), target.data(), target.size());
    }
  }

  [[nodiscard]] std::uint16_t port() const noexcept { return port_; }

 private:
  static constexpr int kConnectionsThatFillTheQueue = 4;

  FileDescriptor listener_;
  std::uint16_t port_ = 0;
  std::vector<FileDescriptor> clients_;
};

}  // namespace vrni2syslog
