#include "format/record/record_shortener.h"

#include "base/text/utf8.h"

#include <algorithm>

namespace vrni2syslog {
namespace {

/// The size of MSG, or of a part of it, as a layout writes it.
struct MessageSize {
  const LineLayout& layout;

  [[nodiscard]] std::size_t operator()(std::string_view text) const noexcept {
    LineWriter counter;
    layout.write_message(counter, text);
    return counter.size();
  }
};

/// The size of a text of a field, or of a part of it, as a layout writes it.
struct ValueSize {
  const LineLayout& layout;
  const RecordField& field;

  [[nodiscard]] std::size_t operator()(std::string_view text) const noexcept {
    LineWriter counter;
    layout.write_value(counter, field, text);
    return counter.size();
  }
};

[[nodiscard]] std::size_t field_size(LineLayout& layout, const RecordField& field) {
  LineWriter counter;
  layout.write_field(counter, field);
  return counter.size();
}

/// The start of a clean text that takes at most `max_bytes` when it is written. It ends neither
/// within a character nor with a blank.
template <typename WrittenSize>
[[nodiscard]] std::string_view cut(std::string_view text, std::size_t max_bytes,
                                   WrittenSize written_size) noexcept {
  std::size_t written = 0;
  std::size_t length = 0;
  while (length < text.size()) {
    const std::string_view character =
        text.substr(length, utf8_character_length(text.substr(length)));
    written += written_size(character);
    if (written > max_bytes) break;
    length += character.size();
  }
  text = text.substr(0, length);
  while (!text.empty() && text.back() == ' ') text.remove_suffix(1);
  return text;
}

/// The size of what stands between two items of a list.
[[nodiscard]] std::size_t separator_size(LineLayout& layout) {
  // No format escapes this text.
  constexpr std::string_view kProbes[] = {"x", "x"};
  RecordField list;
  list.role = TextRole::ListItem;
  list.value = FieldValue(kProbes, 2);
  const std::size_t two_items = field_size(layout, list);
  list.value = FieldValue(kProbes, 1);
  return two_items - field_size(layout, list) - ValueSize{layout, list}(kProbes[0]);
}

}  // namespace

const LineRecord& RecordShortener::shorten(const LineRecord& record, LineLayout& layout,
                                           std::size_t max_bytes) {
  measure(record, layout);
  vrni2syslog::shorten(sizes_, max_bytes);
  record_.message = cut(record.message, sizes_.message, MessageSize{layout});
  collect_kept_fields(layout);
  record_.fields = kept_fields_;
  return record_;
}

std::size_t RecordShortener::size_of(const LineRecord& record, LineLayout& layout) {
  measure(record, layout);
  return total_size(sizes_);
}

void RecordShortener::measure(const LineRecord& record, LineLayout& layout) {
  record_ = record;
  record_.is_truncated = true;
  record_.fields = {};
  record_.message = {};
  LineWriter counter;
  layout.write(counter, record_);

  sizes_.fixed = counter.size();
  sizes_.message = MessageSize{layout}(record.message);
  sizes_.max_message = layout.max_message_bytes();
  sizes_.fields.clear();
  sizes_.texts.clear();
  fields_.clear();
  texts_.clear();
  if (!layout.has_fields()) return;
  sizes_.separator = separator_size(layout);
  for (const RecordField& field : record.fields) measure_field(field, layout);
  if (!record.is_truncated) measure_field(mark(kTruncatedMark), layout);
}

void RecordShortener::measure_field(const RecordField& field, LineLayout& layout) {
  const std::size_t first = texts_.size();
  std::size_t texts_size = 0;
  for (const std::string_view text : field.value) {
    const std::string_view clean = clean_text(text, field.role, scratch_);
    if (clean.empty()) continue;
    texts_size += sizes_.texts.emplace_back(ValueSize{layout, field}(clean));
    texts_.push_back(text);
  }
  const std::size_t count = texts_.size() - first;
  if (count == 0) return;
  fields_.push_back(field);
  const std::size_t size = field_size(layout, field);
  sizes_.fields.push_back(
      {.overhead = size - std::min(size, texts_size + (count - 1) * sizes_.separator),
       .first_text = first,
       .text_count = count,
       .is_essential = field.is_essential,
       .is_fixed_size = field.is_fixed_size});
}

void RecordShortener::collect_kept_fields(const LineLayout& layout) {
  kept_fields_.clear();
  cut_texts_.clear();
  for (std::size_t i = 0; i < fields_.size(); ++i) {
    const SizedField& sized = sizes_.fields[i];
    std::size_t kept = sized.first_text;
    for (std::size_t t = sized.first_text; t < sized.first_text + sized.text_count; ++t) {
      if (sizes_.texts[t] == 0) continue;
      std::string_view text = texts_[t];
      if (sized.is_essential && !sized.is_fixed_size) {
        const std::string_view clean = clean_text(text, fields_[i].role, scratch_);
        text = cut_texts_.emplace_back(cut(clean, sizes_.texts[t], ValueSize{layout, fields_[i]}));
      }
      texts_[kept++] = text;
    }
    if (kept == sized.first_text) continue;
    RecordField& field = kept_fields_.emplace_back(fields_[i]);
    field.value = FieldValue(texts_).subspan(sized.first_text, kept - sized.first_text);
  }
}

}  // namespace vrni2syslog
