#include "base/crc32.h"

#include <zlib.h>

namespace vrni2syslog {

std::uint32_t crc32_of(std::string_view bytes) noexcept {
  const auto* const first = reinterpret_cast<const Bytef*>(bytes.data());
  return static_cast<std::uint32_t>(crc32_z(crc32_z(0, nullptr, 0), first, bytes.size()));
}

}  // namespace vrni2syslog
