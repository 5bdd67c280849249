#pragma once

#include "flow/flow.h"
#include "format/record/clean_text.h"
#include "format/record/manifest.h"

#include <string>
#include <string_view>

namespace vrni2syslog {

// MSG is clean text without a trailing blank and without a byte order mark. `scratch` serves as
// memory from one call to the next.

/// Appends the MSG of a flow as VMware's script writes it, so that dashboards made for it keep
/// working: "vRNI-Flow: 2026-11-22 13:00:00 ALLOW TCP web-01 -> db-01 [port:443]". A missing action
/// or protocol is "-". A flow without a name gets one made of its VMs (or addresses) and its port.
/// Many receivers look for fields in MSG too, as `name="value"` or `name=value`, so names must not
/// bring any: a quotation mark becomes an apostrophe, and the equals sign after the name of one of
/// our fields a colon.
/// `timestamp` is the time of the event in RFC 3339, UTC.
void append_flow_message(std::string& out, const Flow& flow, std::string_view timestamp,
                         std::string& scratch);

/// Appends the MSG of a manifest: "vRNI-Manifest: 5000 flows from 2026-11-22T12:00:00Z to
/// 2026-11-22T13:00:00Z".
void append_manifest_message(std::string& out, const Manifest& manifest);
/// Appends what follows it if there is room, and always if MSG is the whole line: ", SHA-256 <hex>,
/// run <id>".
void append_manifest_evidence(std::string& out, const Manifest& manifest, std::string_view run_id,
                              std::string& scratch);

}  // namespace vrni2syslog
