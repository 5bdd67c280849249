#pragma once

#include <string>

namespace vrni2syslog::simulator {

/// The version of the API that the simulator speaks, and what follows from it.
struct ApiVersion {
  std::string text = "6.12.0";
  bool has_entity_names = true;  ///< references carry entity_name: from 6.12.0
  bool has_nsx_and_k8s = false;  ///< fields for NSX VPCs and projects and Kubernetes: from 9.1
  bool has_unauthorized_body = false;  ///< a 401 has an ApiError as its body: from 9.1
};

/// "1.1.8", "6.12.0" or "9.1.0.0". Throws Error(Usage) for any other.
[[nodiscard]] ApiVersion parse_api_version(const std::string& text);

}  // namespace vrni2syslog::simulator
