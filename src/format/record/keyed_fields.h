#pragma once

#include "flow/flow_field.h"
#include "format/record/line_writer.h"
#include "format/record/standard_keys.h"
#include "format/record/value_writer.h"

#include <array>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace vrni2syslog {

/// Writes fields as keys and values for the formats whose standard has keys of its own: a field
/// under its standard key, or under a key of ours where the standard has none for its value.
class KeyedFields {
 public:
  /// What stands before a value that has a standard key: " cs1Label=Rule cs1=".
  using KeyText = std::string (*)(const StandardKey& key);
  /// The same for a key of ours, by the name of the field and, if it has one, its FlowField.
  using OwnKeyText = std::string (*)(std::string_view name, std::optional<FlowField> field);

  /// `keys` must outlive the object, and has at least one key.
  KeyedFields(std::span<const StandardKey> keys, KeyText key_text, OwnKeyText own_key_text,
              ValueWriter values);

  /// Appends the key and the value; nothing if nothing is left of the value once it is cleaned.
  void write(LineWriter& writer, const RecordField& field) {
    put(writer, keys_.key_for(field), field);
  }
  /// Sorts the fields of a record: StandardKeys::sort().
  void sort(std::span<const RecordField> fields) { keys_.sort(fields); }
  /// After sort(): writes the field that the key at `position` stands for, if there is one.
  void write_found(LineWriter& writer, std::size_t position) {
    const RecordField* const field = keys_.found()[position];
    if (field != nullptr) put(writer, &standard_[position], *field);
  }
  /// After sort(): writes one of others() under a key of ours.
  void write_other(LineWriter& writer, const RecordField& field) { put(writer, nullptr, field); }
  /// StandardKeys::found() and StandardKeys::others().
  [[nodiscard]] std::span<const RecordField* const> found() const noexcept { return keys_.found(); }
  [[nodiscard]] std::span<const RecordField* const> others() const noexcept {
    return keys_.others();
  }
  [[nodiscard]] const ValueWriter& values() const noexcept { return values_; }

 private:
  void put(LineWriter& writer, const StandardKey* key, const RecordField& field);

  std::span<const StandardKey> standard_;
  StandardKeys keys_;
  OwnKeyText own_key_text_;
  ValueWriter values_;
  std::vector<std::string> key_texts_;                        ///< of the standard keys
  std::array<std::string, kFlowFieldCount> own_key_texts_{};  ///< by FlowField
};

}  // namespace vrni2syslog
