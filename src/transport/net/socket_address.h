#pragma once

#include <cstdint>
#include <filesystem>
#include <string>
#include <sys/socket.h>

namespace vrni2syslog {

/// An address that connect(2) takes.
class SocketAddress {
 public:
  SocketAddress(const sockaddr* address, socklen_t size) noexcept;
  /// The address of a unix socket. Throws Error(Configuration) if the path is too long for one.
  [[nodiscard]] static SocketAddress of_path(const std::filesystem::path& path);

  [[nodiscard]] int family() const noexcept { return storage_.ss_family; }
  [[nodiscard]] const sockaddr* data() const noexcept {
    return reinterpret_cast<const sockaddr*>(&storage_);
  }
  [[nodiscard]] socklen_t size() const noexcept { return size_; }

  /// "192.0.2.7:6514", "[2001:db8::7]:6514" or the path.
  [[nodiscard]] std::string text() const;
  /// Without the port: "192.0.2.7", "2001:db8::7".
  [[nodiscard]] std::string host_text() const;

 private:
  SocketAddress() = default;

  sockaddr_storage storage_{};
  socklen_t size_ = 0;
};

}  // namespace vrni2syslog
