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
/// Works the gate of the answers to bulk fetches, which is open at first: `state=closed` or
/// `state=open`, then `permit=N` lets N more answers through a closed one. The answer says how many
/// are {"waiting"} there.
[[nodiscard]] Answer work_gate(Platform& platform, const Call& call);
/// Sets the clock of --late-by to `clock`.
[[nodiscard]] Answer set_index_clock(Platform& platform, const Call& call);
/// Has searches for one result count `flows` more than there are.
[[nodiscard]] Answer set_surplus(Platform& platform, const Call& call);
[[nodiscard]] Answer get_statistics(Platform& platform, const Call& call);

}  // namespace vrni2syslog::simulator
