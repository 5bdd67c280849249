#pragma once

#include "flow_record.h"

#include <cstdint>
#include <span>
#include <string_view>

namespace vrni2syslog::simulator {

/// A port on which a tier or the outside world offers something.
struct Service {
  Protocol protocol;
  std::uint16_t port;
};

/// What the VMs of a tier offer; `tier` as in the inventory.
[[nodiscard]] std::span<const Service> services_of_tier(std::size_t tier) noexcept;
/// What physical servers and the internet offer.
[[nodiscard]] std::span<const Service> outside_services() noexcept;

/// IANA's name of a port; empty where it has none.
[[nodiscard]] std::string_view iana_name(std::uint16_t port) noexcept;

}  // namespace vrni2syslog::simulator
