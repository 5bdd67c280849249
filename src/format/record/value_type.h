#pragma once

#include "flow/flow.h"

#include <cstdint>
#include <string>

namespace vrni2syslog {

/// What the standard of a format wants the value of one of its fields to be. Receivers refuse a
/// line with a value of another type, or drop the value.
enum class ValueType : std::uint8_t {
  Any,
  Ipv4,      ///< an address "192.0.2.1"
  Ipv6,      ///< an address "2001:db8::1", without a zone
  Ip,        ///< either of them
  Number,    ///< a whole number that a signed one of 64 bits holds, without leading zeros
  Port,      ///< a number up to 65535
  Protocol,  ///< a keyword of IANA's, such as TCP (ip_protocol.h)
};

/// Whether a value can stand where this type is wanted. A list can stand only where Any is.
/// `scratch` serves as memory.
[[nodiscard]] bool is_of_type(FieldValue value, ValueType type, std::string& scratch);

}  // namespace vrni2syslog
