#pragma once

#include "format/record/line_layout.h"
#include "format/record/line_options.h"

#include <memory>

namespace vrni2syslog {

/// The format cfapi: one event of the ingestion API of vRealize Log Insight (API 8.18, v1,
/// POST /api/v1/events/ingest/{agentId}; VCF 9.1 takes the same), as one JSON object
/// `{"text":...,"timestamp":...,"fields":[{"name":...,"content":...}]}`. The transport joins many
/// of them to the body of a request.
///
/// `text` is MSG, a blank and the structured data of RFC 5424, so that regular expressions for the
/// syslog line find the same in it. `timestamp` is the time of the event in milliseconds. The
/// fields are hostname, appname and msgid as in the header of a syslog line, the names that the
/// scripts before this program gave to the fields of a flow (`__vrni_flow_source_ip`), and every
/// field under its own name behind `vrniflow_`. Every content is a string.
[[nodiscard]] std::unique_ptr<LineLayout> make_cfapi_layout(const LineOptions& options);

/// The format cfapi-v2: the same event for the version v2 of that API (POST /api/v2/events), whose
/// fields are members of the object beside `text` and `timestamp`.
[[nodiscard]] std::unique_ptr<LineLayout> make_cfapi_v2_layout(const LineOptions& options);

}  // namespace vrni2syslog
