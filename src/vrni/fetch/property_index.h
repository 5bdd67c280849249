#pragma once

#include "flow/flow_field.h"

#include <array>
#include <cstddef>
#include <optional>
#include <string_view>
#include <vector>

namespace vrni2syslog {

/// Finds the row of flow_fields() for a property of the Flow entity. Flow after flow the platform
/// lists its properties in the same order, so that the first guess is nearly always right.
class PropertyIndex {
 public:
  PropertyIndex();

  /// Null where no field has this property.
  [[nodiscard]] const FlowFieldInfo* find(std::string_view api_name);

 private:
  std::vector<const FlowFieldInfo*> by_name_;  ///< sorted
  std::array<const FlowFieldInfo*, kFlowFieldCount>
      successors_{};  ///< what followed each field the last time
  const FlowFieldInfo* previous_ = nullptr;
};

}  // namespace vrni2syslog
