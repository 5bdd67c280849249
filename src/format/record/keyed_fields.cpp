#include "format/record/keyed_fields.h"

#include "base/text/ascii.h"
#include "format/record/clean_text.h"

#include <algorithm>
#include <cstddef>
#include <utility>

namespace vrni2syslog {
namespace {

/// The size of the cleaned texts, with commas.
[[nodiscard]] std::size_t joined_size(const RecordField& field, std::string& scratch) {
  std::size_t size = 0;
  for (const std::string_view text : field.value) {
    const std::string_view clean = clean_text(text, field.role, scratch);
    if (!clean.empty()) size += clean.size() + 1;
  }
  return size - std::min<std::size_t>(size, 1);
}

}  // namespace

KeyedFields::KeyedFields(std::span<const StandardKey> keys, KeyText key_text,
                         WriteOwnKeyText write_own_key_text, ValueWriter values)
    : keys_(keys),
      write_own_key_text_(write_own_key_text),
      values_(std::move(values)),
      found_(keys.size()) {
  for (const StandardKey& key : keys) key_texts_.push_back(key_text(key));
  for (const FlowFieldInfo& info : flow_fields()) {
    std::string& text = own_key_texts_[static_cast<std::size_t>(info.field)];
    write_own_key_text(text, info.name, info.field);
  }
}

bool KeyedFields::allows(const StandardKey& key, const RecordField& field) {
  if (!is_of_type(field.value, key.type, scratch_)) return false;
  return key.max_bytes == std::numeric_limits<std::size_t>::max() ||
         joined_size(field, scratch_) <= key.max_bytes;
}

const StandardKey* KeyedFields::key_for(const RecordField& field) {
  if (!field.field) return nullptr;
  for (const StandardKey& key : keys_) {
    if (key.field == *field.field && allows(key, field)) return &key;
  }
  return nullptr;
}

void KeyedFields::sort(std::span<const RecordField> fields) {
  std::ranges::fill(found_, nullptr);
  others_.clear();
  for (const RecordField& field : fields) {
    const StandardKey* const key = key_for(field);
    if (key == nullptr) {
      others_.push_back(&field);
    } else {
      found_[static_cast<std::size_t>(key - keys_.data())] = &field;
    }
  }
}

void KeyedFields::put(LineWriter& writer, const StandardKey* key, const RecordField& field) {
  values_.write_between(writer, text_of(key, field), {}, field.value, field.role);
}

std::string_view KeyedFields::text_of(const StandardKey* key, const RecordField& field) {
  if (key != nullptr) return key_texts_[static_cast<std::size_t>(key - keys_.data())];
  if (field.field) return own_key_texts_[static_cast<std::size_t>(*field.field)];
  write_own_key_text_(key_scratch_, field.name, std::nullopt);
  return key_scratch_;
}

bool is_other_protocol(const RecordField& field) noexcept {
  return field.field == FlowField::Protocol && field.value.size() == 1 &&
         std::ranges::equal(field.value.front(), std::string_view("OTHER"), {}, to_upper);
}

void append_pascal_case(std::string& out, std::string_view name) {
  bool begins_word = true;
  for (const char c : name) {
    if (c != '_') out += begins_word ? to_upper(c) : c;
    begins_word = c == '_';
  }
}

}  // namespace vrni2syslog
