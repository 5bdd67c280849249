#pragma once

#include "flow/flow_field.h"
#include "format/record/line_record.h"
#include "format/record/line_writer.h"
#include "format/record/value_type.h"
#include "format/record/value_writer.h"

#include <array>
#include <cstddef>
#include <limits>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace vrni2syslog {

/// A key that the standard of a format has for a field, and what may be its value.
struct StandardKey {
  FlowField field;
  std::string_view key;
  std::string_view label{};  ///< CEF: what the value of a key such as cs1 means
  ValueType type = ValueType::Any;
  /// The most that the texts may take, with the commas between them.
  std::size_t max_bytes = std::numeric_limits<std::size_t>::max();
};

/// Writes fields as keys and values for the formats whose standard has keys of its own. A field
/// stands under its standard key. A value that the standard does not allow there, and a field for
/// which the standard has no key, stand under a key of ours, so that they reach the receiver whole.
class KeyedFields {
 public:
  /// What stands before a value that has a standard key: " cs1Label=Rule cs1=".
  using KeyText = std::string (*)(const StandardKey& key);
  /// Makes `text` the same for a key of ours, by the name of the field and, if it has one, its
  /// FlowField. A line may need it, so it takes no new memory.
  using WriteOwnKeyText = void (*)(std::string& text, std::string_view name,
                                   std::optional<FlowField> field);

  /// `keys` must outlive the object. Several keys of one field stand for values of several types.
  KeyedFields(std::span<const StandardKey> keys, KeyText key_text,
              WriteOwnKeyText write_own_key_text, ValueWriter values);

  /// Appends the key and the value; nothing if nothing is left of the value once it is cleaned.
  void write(LineWriter& writer, const RecordField& field) { put(writer, key_for(field), field); }

  /// Sorts the fields of a record into those with a standard key, in the order of the keys, and all
  /// others.
  void sort(std::span<const RecordField> fields);
  /// After sort(): for each of the keys the field that it stands for, or nullptr.
  [[nodiscard]] std::span<const RecordField* const> found() const noexcept { return found_; }
  /// After sort(): the fields without a standard key, in the order of the record.
  [[nodiscard]] std::span<const RecordField* const> others() const noexcept { return others_; }
  /// After sort(): writes the field that the key at `position` stands for, if there is one.
  void write_found(LineWriter& writer, std::size_t position) {
    if (found_[position] != nullptr) put(writer, &keys_[position], *found_[position]);
  }
  /// After sort(): writes one of others().
  void write_other(LineWriter& writer, const RecordField& field) { put(writer, nullptr, field); }

  [[nodiscard]] const ValueWriter& values() const noexcept { return values_; }

 private:
  /// The standard key of a field, or nullptr.
  [[nodiscard]] const StandardKey* key_for(const RecordField& field);
  [[nodiscard]] bool allows(const StandardKey& key, const RecordField& field);
  void put(LineWriter& writer, const StandardKey* key, const RecordField& field);
  [[nodiscard]] std::string_view text_of(const StandardKey* key, const RecordField& field);

  std::span<const StandardKey> keys_;
  WriteOwnKeyText write_own_key_text_;
  ValueWriter values_;
  std::vector<std::string> key_texts_;                        ///< of the standard keys
  std::array<std::string, kFlowFieldCount> own_key_texts_{};  ///< by FlowField
  std::vector<const RecordField*> found_;
  std::vector<const RecordField*> others_;
  std::string scratch_, key_scratch_;
};

/// Whether a field is the protocol and says OTHER, the platform's word for all protocols that it
/// does not tell apart. Formats whose standard wants a protocol leave it out.
[[nodiscard]] bool is_other_protocol(const RecordField& field) noexcept;

/// Appends the name of a field without underscores, for standards that allow only letters and
/// digits in a key: "src_vm" becomes "SrcVm".
void append_pascal_case(std::string& out, std::string_view name);

}  // namespace vrni2syslog
