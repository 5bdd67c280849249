#pragma once

#include <cstddef>
#include <string>
#include <string_view>

namespace vrni2syslog {

/// Compresses a text of less than 1 GiB into a gzip file (RFC 1952), which zcat can read.
[[nodiscard]] std::string gzip(std::string_view bytes);

/// The content of a gzip file of one member. Throws Error(Data) if it is not a gzip file, is
/// damaged or cut off, or would unpack to more than `max_bytes`.
[[nodiscard]] std::string gunzip(std::string_view file, std::size_t max_bytes);

}  // namespace vrni2syslog
