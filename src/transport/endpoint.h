#pragma once

#include "tls/tls_settings.h"
#include "transport/framing.h"
#include "transport/receipt.h"

#include <cstdint>
#include <filesystem>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace vrni2syslog {

/// One collector's address: "tls://vrli.example.com:6514?framing=octet", read and checked.
struct Endpoint {
  std::string scheme;  ///< a row of the table of schemes
  std::string host;    ///< name or address, without brackets; empty where the scheme has a path
  std::uint16_t port = 0;
  std::filesystem::path path;  ///< of unix:// and file://
  Framing framing = Framing::Lf;
  TlsSettings tls;

  /// As the user wrote it, for messages: without query, and so without anything secret.
  [[nodiscard]] std::string display_name() const;
};

/// The most that a collector at this address can confirm.
[[nodiscard]] Verdict best_verdict(const Endpoint& endpoint) noexcept;

/// A `--collector`: one address or several to fail over to, in this order.
using CollectorAddress = std::vector<Endpoint>;

/// The addresses in the order to fail over, for messages: "tls://a:6514,tls://b:6514".
[[nodiscard]] std::string list_names(const CollectorAddress& address);

/// Reads one `--collector`: URLs separated by commas, or "-" for standard output; a comma inside a
/// URL is written %2C. `tls` holds what --collector-ca-file and its like set for all; a URL's query
/// overrides it: whom to trust (ca-file, fingerprint, insecure) as a whole, and who we are (cert,
/// key) as a whole. Throws Error(Usage) that quotes the part that is wrong and says what is right.
[[nodiscard]] CollectorAddress parse_collector(std::string_view text, const TlsSettings& tls);

}  // namespace vrni2syslog
