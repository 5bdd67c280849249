#pragma once

#include "platform.h"

namespace vrni2syslog::simulator {

[[nodiscard]] Answer get_flow(Platform& platform, const Call& call);
[[nodiscard]] Answer fetch_entities(Platform& platform, const Call& call);
[[nodiscard]] Answer fetch_names(Platform& platform, const Call& call);
[[nodiscard]] Answer get_name(Platform& platform, const Call& call);

}  // namespace vrni2syslog::simulator
