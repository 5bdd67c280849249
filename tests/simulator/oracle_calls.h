#pragma once

#include "platform.h"

namespace vrni2syslog::simulator {

// The side channel for tests. None of it is part of the platform's API, and none asks for a token.

/// Every flow active in [start, end], which matches `filter`, as a line of JSON: {"entity_id",
/// "time", "entity"}, the entity complete, with all names, before any switch mangles it. With
/// `counters=1` also "counters": the sums of its metrics over [start, end), of those that have a
/// point.
[[nodiscard]] Answer get_truth(Platform& platform, const Call& call);
/// Their ids, one a line.
[[nodiscard]] Answer get_ids(Platform& platform, const Call& call);
/// Lets `permit` more answers through the gate of --fetch-gate.
[[nodiscard]] Answer open_gate(Platform& platform, const Call& call);
[[nodiscard]] Answer get_statistics(Platform& platform, const Call& call);

}  // namespace vrni2syslog::simulator
