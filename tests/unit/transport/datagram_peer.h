#pragma once

#include "base/file.h"

#include <gtest/gtest.h>

#include <array>
#include <cstdint>
#include <cstring>
#include <filesystem>
#include <netinet/in.h>
#include <string>
#include <sys/socket.h>
#include <sys/un.h>

namespace vrni2syslog {

/// A datagram socket that a test reads from.
class DatagramPeer {
 public:
  explicit DatagramPeer(int family) : socket_(::socket(family, SOCK_DGRAM | SOCK_CLOEXEC, 0)) {
    const timeval limit{20, 0};
    ::setsockopt(socket_.get(), SOL_SOCKET, SO_RCVTIMEO, &limit, sizeof limit);
  }

  std::uint16_t bind_to_free_port() {
    sockaddr_in address{};
    address.sin_family = AF_INET;
    address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    EXPECT_EQ(::bind(socket_.get(), reinterpret_cast<sockaddr*>(&address), sizeof address), 0);
    socklen_t size = sizeof address;
    ::getsockname(socket_.get(), reinterpret_cast<sockaddr*>(&address), &size);
    return ntohs(address.sin_port);
  }

  void bind_to_path(const std::filesystem::path& path) {
    sockaddr_un address{};
    address.sun_family = AF_UNIX;
    std::strncpy(address.sun_path, path.c_str(), sizeof address.sun_path - 1);
    EXPECT_EQ(::bind(socket_.get(), reinterpret_cast<sockaddr*>(&address), sizeof address), 0);
  }

  std::string receive() {
    std::array<char, 65536> datagram;
    const ssize_t size = ::recv(socket_.get(), datagram.data(), datagram.size(), 0);
    return size < 0 ? "(nothing)" : std::string(datagram.data(), static_cast<std::size_t>(size));
  }

 private:
  FileDescriptor socket_;
};

}  // namespace vrni2syslog
