#pragma once

#include <string>
#include <string_view>

namespace vrni2syslog::simulator {

/// `bytes` compressed (RFC 1952). Throws Error(Software) if zlib fails.
[[nodiscard]] std::string gzip(std::string_view bytes);

}  // namespace vrni2syslog::simulator
