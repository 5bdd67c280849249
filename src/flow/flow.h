#pragma once

#include "flow/flow_field.h"
#include "flow/flow_field_set.h"
#include "flow/time_window.h"

#include <array>
#include <cassert>
#include <cstddef>
#include <cstdint>
#include <memory>
#include <memory_resource>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace vrni2syslog {

/// The texts of one field, as the platform gave them: none if it has no value, one, or several.
/// They are not cleaned or escaped yet and may hold any byte. They point into a FlowBatch; the view
/// of a single text may lie in its flow.
using FieldValue = std::span<const std::string_view>;

/// A field of a later version of the API, which this program does not know. The name is the
/// platform's.
struct UnknownField {
  std::string_view api_name;
  FieldValue value;
};

/// One network flow, in the version that matched. All views point into the FlowBatch that owns it.
class Flow {
 public:
  /// Without a value for any field.
  Flow() noexcept {}

  std::string_view id;    ///< entity_id, the same for every version of a flow
  std::string_view name;  ///< "web-01 -> db-01 [port:443]"
  /// When the platform recorded this version. May be days outside the window.
  UnixSeconds version_time{};
  /// The time of the version that the source has listed; zero if it has listed none. If that
  /// version was gone, version_time is that of the one handed out in its place.
  UnixSeconds listed_time{};
  /// Found by the search, but gone when it was fetched: only the identity is known.
  bool is_partial = false;
  /// The source gives the same flow in other versions for the unit, too. Not known yet of the one
  /// that it gives first if the others come in later batches.
  bool has_other_versions = false;
  std::span<const UnknownField> unknown_fields;

  /// Valid until the flow is moved or changed. The Record fields (FlowId and after) have no value
  /// here: the format that writes the line adds them.
  [[nodiscard]] FieldValue value(FlowField field) const noexcept {
    return fields_.contains(field) ? known_value(field) : FieldValue();
  }
  /// How many fields have a value.
  [[nodiscard]] std::size_t value_count() const noexcept { return fields_.size(); }
  /// Calls `visit(field, value)` for each field that has one, in the order of FlowField. The values
  /// are valid as those of value().
  template <typename Visit>
  void for_each_value(const Visit& visit) const {
    fields_.for_each([&](FlowField field) { visit(field, known_value(field)); });
  }
  /// Sets a field to texts whose views are in the batch.
  void set(FlowField field, FieldValue value) noexcept {
    if (value.empty()) return fields_.erase(field);
    lists_.insert(field);
    std::construct_at(&place_for(field).texts, value);
  }
  /// Sets a field to one text, whose view the flow keeps; to none if it is empty.
  void set_text(FlowField field, std::string_view text) noexcept {
    if (text.empty()) return fields_.erase(field);
    lists_.erase(field);
    std::construct_at(&place_for(field).text, text);
  }
  /// The first text of a field, or an empty one.
  [[nodiscard]] std::string_view text(FlowField field) const noexcept {
    return fields_.contains(field) ? known_value(field).front() : std::string_view();
  }

 private:
  union Value {
    Value() noexcept {}
    std::string_view text;
    FieldValue texts;  ///< of those in lists_
  };

  /// That of a field that has one.
  [[nodiscard]] FieldValue known_value(FlowField field) const noexcept {
    const Value& value = values_[places_[static_cast<std::size_t>(field)]];
    return lists_.contains(field) ? value.texts : FieldValue(&value.text, 1);
  }
  /// Where the value of a field is to be kept, which has one from now on.
  [[nodiscard]] Value& place_for(FlowField field) noexcept {
    assert(field < FlowField::FlowId);
    std::uint8_t& place = places_[static_cast<std::size_t>(field)];
    if (!placed_.contains(field)) {
      placed_.insert(field);
      place = place_count_++;
    }
    fields_.insert(field);
    return values_[place];
  }

  // Values lie one behind the other, as they come: a flow has one for less than half of its fields,
  // and all the memory that is touched goes through the caches of the processor.
  FlowFieldSet fields_;
  FlowFieldSet lists_;   ///< of the fields that have a value, those whose value is `texts`
  FlowFieldSet placed_;  ///< the fields that have a value, or had one
  std::uint8_t place_count_ = 0;
  std::array<std::uint8_t, kFlowFieldCount> places_;  ///< in values_, of those in placed_
  std::array<Value, kFlowFieldCount> values_;         ///< the first place_count_ have been set
};

/// Up to some thousand flows of one unit, and the memory that their texts point into. It is handed
/// on whole and freed at once.
class FlowBatch {
 public:
  explicit FlowBatch(const TimeWindow& unit_of_flows) : unit(unit_of_flows) {}
  FlowBatch(const FlowBatch&) = delete;
  FlowBatch& operator=(const FlowBatch&) = delete;

  TimeWindow unit;
  std::vector<Flow> flows;

  /// Takes ownership of a body of an answer into which flows point. The reference stays valid for
  /// the life of the batch.
  std::string& keep(std::string body);
  /// Copies a text into the batch.
  [[nodiscard]] std::string_view copy(std::string_view text);
  /// Room for `count` texts in the batch, for a FieldValue.
  [[nodiscard]] std::span<std::string_view> new_texts(std::size_t count);
  [[nodiscard]] std::span<UnknownField> new_unknown_fields(std::size_t count);

 private:
  std::pmr::monotonic_buffer_resource arena_{64 * 1024};
  std::vector<std::unique_ptr<std::string>> bodies_;
};

}  // namespace vrni2syslog
