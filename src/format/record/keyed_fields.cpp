#include "format/record/keyed_fields.h"

#include <cstddef>
#include <utility>

namespace vrni2syslog {

KeyedFields::KeyedFields(std::span<const StandardKey> keys, KeyText key_text,
                         OwnKeyText own_key_text, ValueWriter values)
    : standard_(keys), keys_(keys), own_key_text_(own_key_text), values_(std::move(values)) {
  for (const StandardKey& key : keys) key_texts_.push_back(key_text(key));
  for (const FlowFieldInfo& info : flow_fields())
    own_key_texts_[static_cast<std::size_t>(info.field)] = own_key_text(info.name, info.field);
}

void KeyedFields::put(LineWriter& writer, const StandardKey* key, const RecordField& field) {
  const std::size_t before = writer.size();
  if (key != nullptr) {
    writer.put(key_texts_[static_cast<std::size_t>(key - standard_.data())]);
  } else if (field.field) {
    writer.put(own_key_texts_[static_cast<std::size_t>(*field.field)]);
  } else {
    writer.put(own_key_text_(field.name, std::nullopt));
  }
  const std::size_t start = writer.size();
  values_.write(writer, field.value, field.role);
  if (writer.size() == start) writer.rewind(before);
}

}  // namespace vrni2syslog
