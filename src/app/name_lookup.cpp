#include "app/name_lookup.h"

#include "base/error.h"

#include <fmt/format.h>

#include <array>
#include <cerrno>
#include <memory>
#include <netdb.h>
#include <sys/socket.h>

namespace vrni2syslog {
namespace {

struct AddressListFree {
  void operator()(addrinfo* list) const noexcept { ::freeaddrinfo(list); }
};
using AddressList = std::unique_ptr<addrinfo, AddressListFree>;

[[nodiscard]] std::string to_text(const addrinfo& address) {
  std::array<char, NI_MAXHOST> text{};
  if (::getnameinfo(address.ai_addr, address.ai_addrlen, text.data(), text.size(), nullptr, 0,
                    NI_NUMERICHOST) != 0) {
    return "?";
  }
  return text.data();
}

}  // namespace

std::vector<std::string> look_up(const std::string& host) {
  addrinfo hints{};
  hints.ai_socktype = SOCK_STREAM;  // one entry for each address, not one for each protocol
  addrinfo* found = nullptr;
  const int result = ::getaddrinfo(host.c_str(), nullptr, &hints, &found);
  if (result != 0) {
    throw Error(ExitStatus::Unavailable,
                fmt::format("{}: {}", printable(host),
                            result == EAI_SYSTEM ? errno_text(errno) : ::gai_strerror(result)));
  }
  const AddressList list(found);
  std::vector<std::string> addresses;
  for (const addrinfo* entry = list.get(); entry != nullptr; entry = entry->ai_next) {
    addresses.push_back(to_text(*entry));
  }
  return addresses;
}

}  // namespace vrni2syslog
