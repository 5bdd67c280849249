#pragma once

#include "flow/flow.h"
#include "vrni/fetch/flow_page.h"
#include "vrni/fetch/property_index.h"
#include "vrni/fetch/property_value.h"

#include <optional>
#include <string_view>
#include <vector>

namespace vrni2syslog {

/// Makes flows of the properties of Flow entities, as the table flow_fields() tells. Texts that it
/// is given must live in the batch.
class FlowBuilder {
 public:
  FlowBuilder(FlowBatch& batch, FlowPage& page) : batch_(batch), page_(page) {}

  void begin();
  /// The last value of a property that comes twice counts.
  void set(std::string_view property, const PropertyValue& value);
  /// Adds the flow to the page, unless it has no id. `id` and `time` are those of the result around
  /// the entity, if it had any.
  void finish(std::string_view id, std::optional<UnixSeconds> time);

 private:
  void set_field(const FlowFieldInfo& info, const PropertyValue& value);
  void set_address(FlowField field, const PropertyValue& value);
  void set_port(const PropertyValue& value);
  void set_single(FlowField field, std::string_view text);
  void set_unknown(std::string_view property, const PropertyValue& value);
  /// The texts of all items: scalars as they are, objects by their name. What has neither is
  /// counted as left out, unless `property` is empty.
  [[nodiscard]] FieldValue texts_of(std::string_view property, const PropertyValue& value);
  void record_vlan_reference(FlowField network_field, const PropertyValue& value);
  void leave_out(std::string_view property);
  /// Takes the flow that is being built out of the page.
  void drop();

  FlowBatch& batch_;
  FlowPage& page_;
  PropertyIndex index_;
  Flow* flow_ = nullptr;  ///< the last of the page, while it is being built
  std::vector<UnknownField> unknown_;
};

}  // namespace vrni2syslog
