#include "format/record/value_type.h"

#include "base/text/ascii.h"
#include "format/record/clean_text.h"
#include "format/record/ip_protocol.h"

#include <algorithm>
#include <arpa/inet.h>
#include <array>
#include <string_view>

namespace vrni2syslog {
namespace {

[[nodiscard]] bool is_address(std::string_view text, int family) noexcept {
  std::array<char, INET6_ADDRSTRLEN> terminated{};
  if (text.size() >= terminated.size() || text.find('\0') != std::string_view::npos) return false;
  std::ranges::copy(text, terminated.begin());
  in6_addr address{};  // has room for an IPv4 address too
  return ::inet_pton(family, terminated.data(), &address) == 1;
}

[[nodiscard]] bool is_number(std::string_view text, std::string_view largest) noexcept {
  if (text.empty() || !std::ranges::all_of(text, is_digit)) return false;
  if (text.front() == '0') return text.size() == 1;
  return text.size() < largest.size() || (text.size() == largest.size() && text <= largest);
}

}  // namespace

bool is_of_type(FieldValue value, ValueType type, std::string& scratch) {
  if (type == ValueType::Any) return true;
  if (value.size() != 1) return false;
  const std::string_view text = clean_text(value.front(), TextRole::Single, scratch);
  switch (type) {
    case ValueType::Any:
      break;
    case ValueType::Ipv4:
      return is_address(text, AF_INET);
    case ValueType::Ipv6:
      return is_address(text, AF_INET6);
    case ValueType::Ip:
      return is_address(text, AF_INET) || is_address(text, AF_INET6);
    case ValueType::Number:
      return is_number(text, "9223372036854775807");
    case ValueType::Port:
      return is_number(text, "65535");
    case ValueType::Protocol:
      return ip_protocol(text).has_value();
  }
  return true;
}

}  // namespace vrni2syslog
