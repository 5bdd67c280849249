#pragma once

#include "flow/flow.h"
#include "format/record/priority.h"

#include <cstddef>
#include <string>
#include <vector>

namespace vrni2syslog {

/// Which run of which program writes the lines; the same for every line of a run.
struct LineOrigin {
  std::string hostname;  ///< HOSTNAME: the platform's name; made fit for the header by the format
  std::string app_name = "vrni2syslog";
  std::string process_id;
  std::string run_id;
  std::string job{};  ///< the name of the job; empty for a run that continues none
};

/// What a line must have room for besides the numbers of a manifest.
enum class ManifestProof {
  Unchained,
  Chained,  ///< each manifest names the one before it
  Signed,   ///< and has a signature (`--manifest-key`)
};

/// How the values of structured data are written (`--sd-escape`).
enum class SdEscape {
  Rfc5424,  ///< backslash before " \ ] (RFC 5424 section 6.3.3)
  Safe,     ///< ' / ) in their place, for receivers that cannot unescape
};

/// Options of the format rfc5424 alone.
struct Rfc5424Options {
  std::string sd_id = "vrniflow@32473";  ///< `--sd-id`
  SdEscape escape = SdEscape::Rfc5424;
};

/// Options of all formats. What only one format has is a part of its own.
struct LineOptions {
  LineOrigin origin;
  Facility facility = Facility::Local4;
  Severity severity_allow = Severity::Informational;
  Severity severity_deny = Severity::Warning;
  /// The fields that a line shows, in this order; empty means all, in the order of flow_fields().
  std::vector<FlowField> fields;
  std::size_t max_line_bytes = 8000;
  ManifestProof manifest_proof = ManifestProof::Unchained;
  /// The manifests of these lines may have Manifest::offsets_digest, and need room for it.
  bool has_offsets = false;
  Rfc5424Options rfc5424;
};

}  // namespace vrni2syslog
