#pragma once

#include <cstdint>
#include <string_view>

namespace vrni2syslog {

/// The CRC-32 of gzip and zip (ISO 3309), which finds damage, but not what somebody has made on
/// purpose.
[[nodiscard]] std::uint32_t crc32_of(std::string_view bytes) noexcept;

}  // namespace vrni2syslog
