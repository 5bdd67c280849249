#pragma once

#include "tls/tls_settings.h"
#include "transport/contract/framing.h"
#include "transport/contract/ingestion_options.h"
#include "transport/contract/kafka_options.h"

#include <cstdint>
#include <filesystem>
#include <optional>
#include <string>
#include <vector>

namespace vrni2syslog {

/// One collector's address: "tls://vrli.example.com:6514?framing=octet", read and checked.
struct Endpoint {
  std::string scheme;  ///< a row of the table of schemes
  std::string host;    ///< name or address, without brackets; empty for a path
  std::uint16_t port = 0;
  std::filesystem::path path;  ///< of unix:// and file://
  Framing framing = Framing::Lf;
  TlsSettings tls;
  IngestionOptions ingestion;  ///< of cfapi://
  KafkaOptions kafka;          ///< of kafka://; `host` and `port` are those of its first broker
  /// The name of the line format: the scheme's own one, or ?format=; empty for the run's --format.
  std::string format;

  /// The address for messages, and a part of what identifies a job. It shows what tells collectors
  /// apart, such as a topic, and nothing of the URL's query, so that nothing secret is shown.
  [[nodiscard]] std::string display_name() const;
};

/// A `--collector`: one address or several to fail over to, in this order.
using CollectorAddress = std::vector<Endpoint>;

/// The addresses in the order to fail over, for messages: "tls://a:6514,tls://b:6514".
[[nodiscard]] std::string list_names(const CollectorAddress& address);

}  // namespace vrni2syslog
