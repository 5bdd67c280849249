#include "vrni/fetch/property_value.h"

#include "base/text/same_text.h"

namespace vrni2syslog {

std::optional<Attribute> attribute_named(std::string_view name) noexcept {
  // Of each length there are two at most: comparing with all ten would cost more than what is
  // found.
  switch (name.size()) {
    case 3:
      if (is_same_text(name, "end")) return Attribute::End;
      break;
    case 5:
      if (is_same_text(name, "start")) return Attribute::Start;
      break;
    case 7:
      if (is_same_text(name, "display")) return Attribute::Display;
      if (is_same_text(name, "netmask")) return Attribute::Netmask;
      break;
    case 9:
      if (is_same_text(name, "entity_id")) return Attribute::EntityId;
      if (is_same_text(name, "iana_name")) return Attribute::IanaName;
      break;
    case 10:
      if (is_same_text(name, "ip_address")) return Attribute::IpAddress;
      break;
    case 11:
      if (is_same_text(name, "entity_name")) return Attribute::EntityName;
      if (is_same_text(name, "entity_type")) return Attribute::EntityType;
      break;
    case 15:
      if (is_same_text(name, "network_address")) return Attribute::NetworkAddress;
      break;
    default:
      break;
  }
  return std::nullopt;
}

}  // namespace vrni2syslog
