#pragma once

#include "flow/flow.h"
#include "vrni/fetch/flow_page.h"

#include <array>
#include <cstddef>
#include <optional>
#include <string_view>
#include <utility>
#include <vector>

namespace vrni2syslog {

/// The value of one property of an entity, whatever its shape: a scalar, an object of scalars, or a
/// list of either. Reused from one property to the next.
class PropertyValue {
 public:
  void clear() noexcept;
  void add_scalar(std::string_view text) { items_.push_back({text, false, attributes_.size()}); }
  void begin_object() { items_.push_back({{}, true, attributes_.size()}); }
  /// Adds something that is neither a scalar nor an object of scalars, as an object without
  /// attributes.
  void add_unreadable() { begin_object(); }
  /// Adds an attribute to the object that was begun last.
  void add_attribute(std::string_view key, std::string_view text) {
    attributes_.emplace_back(key, text);
  }

  [[nodiscard]] std::size_t size() const noexcept { return items_.size(); }
  [[nodiscard]] bool is_object(std::size_t item) const { return items_[item].is_object; }
  [[nodiscard]] std::string_view scalar(std::size_t item) const { return items_[item].scalar; }
  /// An attribute of an item that is an object; empty if it is absent, null or not a scalar.
  [[nodiscard]] std::string_view attribute(std::size_t item, std::string_view key) const;

 private:
  struct Item {
    std::string_view scalar;
    bool is_object;
    std::size_t first_attribute;
  };

  std::vector<Item> items_;
  std::vector<std::pair<std::string_view, std::string_view>> attributes_;  ///< of all items
};

/// Makes flows of the properties of Flow entities, as the table flow_fields() says. The texts that
/// it is given must live in the batch.
class FlowBuilder {
 public:
  FlowBuilder(FlowBatch& batch, FlowPage& page) : batch_(batch), page_(page) {}

  /// Begins a flow.
  void begin();
  /// Sets a property of the flow. If it comes twice, the last value counts.
  void set(std::string_view property, const PropertyValue& value);
  /// Adds the flow to the page, unless it has no id. `id` and `time` are those of the result around
  /// the entity, if it has any.
  void finish(std::string_view id, std::optional<UnixSeconds> time);

 private:
  /// The row of flow_fields() with this property, or null. Flow after flow the platform lists its
  /// properties in the same order, so that the first guess is nearly always right.
  [[nodiscard]] const FlowFieldInfo* find_field(std::string_view property);
  void set_field(const FlowFieldInfo& info, const PropertyValue& value);
  void set_address(FlowField field, const PropertyValue& value);
  void set_port(const PropertyValue& value);
  void set_single(FlowField field, std::string_view text);
  void set_unknown(std::string_view property, const PropertyValue& value);
  /// The texts of all items: scalars as they are, objects by their name or, without one, by their
  /// id. An object with neither counts as left out, unless `property` is empty.
  [[nodiscard]] FieldValue texts_of(std::string_view property, const PropertyValue& value);
  void record_vlan_reference(FlowField network_field, const PropertyValue& value);
  void leave_out(std::string_view property);
  /// Takes the flow that is being built out of the page.
  void drop();

  FlowBatch& batch_;
  FlowPage& page_;
  /// By field: the field that followed it the last time.
  std::array<const FlowFieldInfo*, kFlowFieldCount> successors_{};
  const FlowFieldInfo* previous_ = nullptr;
  Flow* flow_ = nullptr;  ///< the last one of the page, while it is being built
  std::vector<UnknownField> unknown_;
};

}  // namespace vrni2syslog
