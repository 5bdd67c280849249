#pragma once

#include "platform.h"

namespace vrni2syslog::simulator {

[[nodiscard]] Answer get_metric_schema(Platform& platform, const Call& call);
/// Points as pairs of a time and a value.
[[nodiscard]] Answer fetch_metrics(Platform& platform, const Call& call);
/// Points as a list of times and one of values.
[[nodiscard]] Answer fetch_metrics_v2(Platform& platform, const Call& call);

}  // namespace vrni2syslog::simulator
