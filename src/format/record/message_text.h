#pragma once

#include "flow/flow.h"
#include "format/record/clean_text.h"
#include "format/record/manifest.h"

#include <string>
#include <string_view>

namespace vrni2syslog {

/// Appends the MSG of a flow as VMware's script writes it, so that dashboards made for it go on
/// working: "vRNI-Flow: 2026-11-22 13:00:00 ALLOW TCP web-01 -> db-01 [port:443]". Action and
/// protocol are "-" where they are missing; a flow without a name gets one of its VMs (or
/// addresses) and port. `timestamp` is the event time in RFC 3339, UTC. Clean, no trailing blank,
/// no BOM.
void append_flow_message(std::string& out, const Flow& flow, std::string_view timestamp,
                         TextCleaner& cleaner);

/// Appends the MSG of a manifest: "vRNI-Manifest: 5000 flows from 2026-11-22T12:00:00Z to
/// 2026-11-22T13:00:00Z".
void append_manifest_message(std::string& out, const Manifest& manifest);
/// Appends what follows it wherever there is room, and always where MSG is the whole line: ",
/// SHA-256 <hex>, run <id>".
void append_manifest_evidence(std::string& out, const Manifest& manifest, std::string_view run_id,
                              TextCleaner& cleaner);

}  // namespace vrni2syslog
