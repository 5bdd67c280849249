#pragma once

#include "api_version.h"
#include "flow_record.h"
#include "inventory.h"
#include "json_writer.h"

#include <cstdint>
#include <optional>
#include <string_view>

namespace vrni2syslog::simulator {

/// What a reference to another entity carries beside its id.
enum class ReferenceStyle : std::uint8_t {
  Named,    ///< type and name
  Unnamed,  ///< type
  Untyped,  ///< nothing
  Mixed,    ///< all combinations
};

enum class RuleIdStyle : std::uint8_t { String, Array, Number, Absent, Mixed };

/// How flows are shown. The default is the plainest form.
struct Presentation {
  ReferenceStyle references = ReferenceStyle::Named;
  RuleIdStyle rule_id = RuleIdStyle::String;
  bool has_tag_prefix = true;
  bool has_vlan_ids = false;        ///< references to VLAN networks carry "vlan_id"
  bool has_unknown_fields = false;  ///< properties that no version of the API has
  bool has_wrong_types = false;     ///< in every third flow nothing has its documented type
};

/// Writes flows as the API's Flow entity.
class FlowWriter {
 public:
  /// `inventory` must outlive the writer.
  FlowWriter(const Inventory& inventory, ApiVersion version, Presentation presentation);

  /// The object, with `id` as its entity_id.
  void write(JsonWriter& json, const FlowRecord& record, std::string_view id) const;
  /// Properties that a client has to pass over: a scalar, a list, a reference and an object.
  void write_unknown_fields(JsonWriter& json) const;

 private:
  const Inventory& inventory_;
  ApiVersion version_;
  Presentation presentation_;
};

}  // namespace vrni2syslog::simulator
