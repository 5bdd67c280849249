#pragma once

#include "tls/tls_settings.h"
#include "transport/contract/endpoint.h"
#include "transport/contract/receipt.h"

#include <cstddef>
#include <optional>
#include <string_view>

namespace vrni2syslog {

/// The most that a collector at this address can confirm.
[[nodiscard]] Verdict best_verdict(const Endpoint& endpoint) noexcept;

/// The name of the format for the lines of a collector; `run_format` (--format) if neither its
/// scheme nor its URL names one. All its addresses have the same.
[[nodiscard]] std::string_view line_format_of(const CollectorAddress& address,
                                              std::string_view run_format) noexcept;

/// The key of the records that the collector stores; nullopt if it stores lines. All its addresses
/// have the same.
[[nodiscard]] std::optional<RecordKey> record_key_of(const CollectorAddress& address) noexcept;

/// The longest line, in bytes, that every address can carry; kNoLineLimit if there is no limit.
[[nodiscard]] std::size_t max_line_bytes(const CollectorAddress& address) noexcept;

/// Reads one `--collector`: URLs separated by commas, or "-" for standard output; a comma inside a
/// URL is written %2C. `tls` holds what --collector-ca-file and its like set for all; a URL's query
/// overrides it: whom to trust (ca-file, fingerprint, insecure) as a whole, and who we are (cert,
/// key) as a whole. The name of a format is not checked here. Throws Error(Usage) that quotes the
/// part that is wrong and says what is right.
[[nodiscard]] CollectorAddress parse_collector(std::string_view text, const TlsSettings& tls);

}  // namespace vrni2syslog
