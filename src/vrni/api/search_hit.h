#pragma once

#include "base/timestamp.h"

#include <optional>
#include <string_view>

namespace vrni2syslog {

/// One result of a search: a flow by its identity, and the version of it that matched.
struct SearchHit {
  std::string_view id;
  std::string_view entity_type;
  std::optional<UnixSeconds> time;
};

}  // namespace vrni2syslog
