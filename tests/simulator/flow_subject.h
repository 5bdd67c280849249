#pragma once

#include "filter.h"
#include "flow_generator.h"
#include "flow_record.h"
#include "inventory.h"

#include <string_view>

namespace vrni2syslog::simulator {

/// One flow as search filters see it. The fields are the Flow entity's properties, with a dotted
/// path into references (`source_vm.name`, `.entity_id`) and into addresses and the port
/// (`source_ip.ip_address`, `port.display`).
class FlowSubject final : public FilterSubject {
 public:
  /// All must outlive the subject.
  FlowSubject(const FlowRecord& record, const FlowGenerator& generator, const Inventory& inventory)
      : record_(record), generator_(generator), inventory_(inventory) {}

  [[nodiscard]] bool any_value(std::string_view field, const Test& test) const override;

  /// Whether filters can name `field`.
  [[nodiscard]] static bool has_field(std::string_view field);
  /// Whether searches can be sorted by `field`.
  [[nodiscard]] static bool can_sort_by(std::string_view field);

 private:
  [[nodiscard]] bool any_of_side(std::string_view field, const Endpoint& end,
                                 const Test& test) const;

  const FlowRecord& record_;
  const FlowGenerator& generator_;
  const Inventory& inventory_;
};

}  // namespace vrni2syslog::simulator
