#pragma once

#include <cstdint>
#include <string>

namespace vrni2syslog {

/// The generations of Log Insight's ingestion API.
enum class IngestionApi : std::uint8_t {
  V1,    ///< POST /api/v1/events/ingest/{agentId}: appliances up to 8.18 and VCF 9.0
  V2,    ///< POST /api/v2/events of the same appliances
  Vcf9,  ///< POST /api/v2/events/ingest/{agentId}: the log management of VCF 9.1
};

/// What a URL says of a collector that is reached by the ingestion API.
struct IngestionOptions {
  IngestionApi api = IngestionApi::V1;
  std::string agent;               ///< the UUID that names us; empty for that of the job
  std::string user;                ///< the account of the session; empty for none
  std::string provider = "Local";  ///< who knows the account: Local, ActiveDirectory, vIDM
  bool is_compressed = true;       ///< bodies are sent with gzip
};

}  // namespace vrni2syslog
