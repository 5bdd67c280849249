#pragma once

#include "flow/time_window.h"

#include <cstdint>
#include <string>

namespace vrni2syslog::bench {

/// The day in which the flows of make_fetch_answer() are active.
[[nodiscard]] TimeWindow answer_window();

/// What the platform answers to POST /entities/fetch of its first `flow_count` flows: made by the
/// simulator's generator from a seed, so the same bytes every time.
[[nodiscard]] std::string make_fetch_answer(std::uint32_t flow_count);

}  // namespace vrni2syslog::bench
