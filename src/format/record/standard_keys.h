#pragma once

#include "flow/flow_field.h"
#include "format/record/line_record.h"
#include "format/record/value_type.h"

#include <cstddef>
#include <limits>
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

/// Sorts the fields of a record into those that have a standard key, in the order of the keys, and
/// all others. A value that the standard does not allow under its key is one of the others: under a
/// key of our own it reaches the receiver whole.
class StandardKeys {
 public:
  /// `keys` must outlive the object. Several keys of one field stand for values of several types.
  explicit StandardKeys(std::span<const StandardKey> keys) : keys_(keys), found_(keys.size()) {}

  /// The standard key of a field, or nullptr.
  [[nodiscard]] const StandardKey* key_for(const RecordField& field);
  void sort(std::span<const RecordField> fields);
  /// After sort(): for each of the keys the field that it stands for, or nullptr.
  [[nodiscard]] std::span<const RecordField* const> found() const noexcept { return found_; }
  /// After sort(): the fields without a standard key, in the order of the record.
  [[nodiscard]] std::span<const RecordField* const> others() const noexcept { return others_; }

 private:
  [[nodiscard]] bool allows(const StandardKey& key, const RecordField& field);

  std::span<const StandardKey> keys_;
  std::vector<const RecordField*> found_;
  std::vector<const RecordField*> others_;
  std::string scratch_;
};

/// Whether a field is the protocol and says OTHER, the platform's word for all protocols that it
/// does not tell apart. Formats whose standard wants a protocol leave it out.
[[nodiscard]] bool is_other_protocol(const RecordField& field) noexcept;

/// Appends the name of a field without underscores, for standards that allow only letters and
/// digits in a key: "src_vm" becomes "SrcVm".
void append_pascal_case(std::string& out, std::string_view name);

}  // namespace vrni2syslog
