#pragma once

#include "flow/flow.h"
#include "format/record/priority.h"

#include <cstddef>
#include <string>
#include <vector>

namespace vrni2syslog {

/// Which run of which program writes; the same for every line of a run.
struct LineOrigin {
  std::string hostname;  ///< HOSTNAME: the platform's name; made fit for the header by the format
  std::string app_name = "vrni2syslog";
  std::string process_id;
  std::string run_id;
};

/// How PARAM-VALUEs are written (`--sd-escape`).
enum class SdEscape {
  Rfc5424,  ///< backslash before " \ ] (RFC 5424 section 6.3.3)
  Safe,     ///< ' / ) in their place, for receivers that cannot unescape
};

struct LineOptions {
  LineOrigin origin;
  Facility facility = Facility::Local4;
  Severity severity_allow = Severity::Informational;
  Severity severity_deny = Severity::Warning;
  std::string sd_id = "vrniflow@32473";
  std::vector<FlowField>
      fields;  ///< selected, in this order; empty means all, in the table's order
  SdEscape escape = SdEscape::Rfc5424;
  std::size_t max_line_bytes = 8000;
};

}  // namespace vrni2syslog
