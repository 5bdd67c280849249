#pragma once

#include <cstddef>
#include <string>
#include <string_view>

namespace vrni2syslog {

/// Compresses into a gzip file (RFC 1952), which zcat can read. For texts of less than 1 GiB.
[[nodiscard]] std::string gzip(std::string_view bytes);

/// What a gzip file of one member holds. Throws Error(Data) where it is none, where it is damaged
/// or cut off, and where it would unpack to more than `max_bytes`.
[[nodiscard]] std::string gunzip(std::string_view file, std::size_t max_bytes);

}  // namespace vrni2syslog
