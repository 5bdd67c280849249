#pragma once

#include "base/log.h"
#include "flow/flow_field.h"
#include "flow/flow_source.h"
#include "vrni/api/api_client.h"
#include "vrni/versions/flow_versions.h"

#include <chrono>
#include <memory>
#include <string>
#include <vector>

namespace vrni2syslog {

/// The flows of a platform that match a vRNI search filter, or all flows if it is empty, unit by
/// unit. `api`, `log` and `versions` must outlive the source. `extra_fields` and `versions` are
/// what FlowFetcher takes; `least_age` is how long a unit must be over at the platform before it is
/// read.
[[nodiscard]] std::unique_ptr<FlowSource> make_platform_flows(
    ApiClient& api, Log& log, std::string filter, const std::vector<FlowField>& extra_fields = {},
    std::chrono::seconds least_age = std::chrono::seconds(0), FlowVersions* versions = nullptr);

}  // namespace vrni2syslog
