#pragma once

#include "platform.h"

namespace vrni2syslog::simulator {

[[nodiscard]] Answer search_flows(Platform& platform, const Call& call);
/// GET /entities/flows: the same pages, without a filter.
[[nodiscard]] Answer list_flows(Platform& platform, const Call& call);

}  // namespace vrni2syslog::simulator
