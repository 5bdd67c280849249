#include "transport/net/socket_address.h"

#include "base/error.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <cstring>
#include <netdb.h>
#include <sys/un.h>

namespace vrni2syslog {

SocketAddress::SocketAddress(const sockaddr* address, socklen_t size) noexcept
    : size_(std::min<socklen_t>(size, sizeof storage_)) {
  std::memcpy(&storage_, address, size_);
}

SocketAddress SocketAddress::of_path(const std::filesystem::path& path) {
  sockaddr_un address{};
  address.sun_family = AF_UNIX;
  const std::string& text = path.native();
  if (text.size() >= sizeof address.sun_path) {
    throw Error(Fault::Configuration,
                fmt::format("the path {} is too long for a socket (at most {} bytes)",
                            printable(text), sizeof address.sun_path - 1));
  }
  std::copy(text.begin(), text.end(), address.sun_path);
  return SocketAddress(reinterpret_cast<const sockaddr*>(&address), sizeof address);
}

std::string SocketAddress::text() const {
  if (family() == AF_UNIX) {
    const auto* address = reinterpret_cast<const sockaddr_un*>(&storage_);
    return printable(address->sun_path);
  }
  std::array<char, NI_MAXSERV> port{};
  if (::getnameinfo(data(), size_, nullptr, 0, port.data(), port.size(), NI_NUMERICSERV) != 0)
    return host_text();
  return family() == AF_INET6 ? fmt::format("[{}]:{}", host_text(), port.data())
                              : fmt::format("{}:{}", host_text(), port.data());
}

std::string SocketAddress::host_text() const {
  std::array<char, NI_MAXHOST> host{};
  if (::getnameinfo(data(), size_, host.data(), host.size(), nullptr, 0, NI_NUMERICHOST) != 0)
    return "(unknown address)";
  return host.data();
}

}  // namespace vrni2syslog
