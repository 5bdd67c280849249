#pragma once

#include "flow/flow.h"
#include "format/line_format.h"

#include <filesystem>
#include <optional>
#include <string>
#include <vector>

namespace vrni2syslog::testing {

/// A case of this folder: <name>.json. It says which line options are not the defaults, and holds
/// either an answer of POST /entities/fetch with one flow, or a manifest:
///
///   {"about": "what the case shows",
///    "formats": ["rfc5424"],
///    "unit": {"start": "2026-11-22T12:00:00Z", "end": "2026-11-22T13:00:00Z"},
///    "options": {"facility": "local0", "fields": ["src_ip"], "max_size": 2048 ...},
///    "expand": {"LONG": {"text": "x", "times": 70000}, "BROKEN": {"hex": "c3ff"}},
///    "set": {"src_vlan_id": "1014"},
///    "partial": true,
///    "answer": {"results": [{"entity_id": ..., "time": ..., "entity": {...}}]}}
///
/// A manifest has "flows", "time" and "lines" (what it has the SHA-256 of), and may have
/// "left_out", "late", and "link" with the fields of its chain and signature.
/// "${LONG}" in the answer stands for what "expand" says; "set" gives fields that come from other
/// answers than this one.
struct GoldenCase {
  std::vector<std::string> formats;
  LineOptions options;
  FlowBatch batch{TimeWindow{}};
  std::optional<Manifest> manifest;  ///< else there is one flow in the batch
};

/// Fills `golden`. Throws Error(Data) where the file is not of this form.
void read_golden_case(const std::filesystem::path& path, GoldenCase& golden);

}  // namespace vrni2syslog::testing
