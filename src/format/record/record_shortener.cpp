#include "format/record/record_shortener.h"

#include "base/utf8.h"

#include <algorithm>

namespace vrni2syslog {
namespace {

using WriteText = void (LineLayout::*)(LineWriter&, std::string_view) const noexcept;

[[nodiscard]] std::size_t written_size(const LineLayout& layout, WriteText write,
                                       std::string_view text) noexcept {
  LineWriter counter;
  (layout.*write)(counter, text);
  return counter.size();
}

/// The size of a field as a layout writes it with these texts.
[[nodiscard]] std::size_t written_size(LineLayout& layout, RecordField field, FieldValue texts) {
  field.value = texts;
  LineWriter counter;
  layout.write_field(counter, field);
  return counter.size();
}

/// The start of a clean text that takes at most `max_bytes` when it is written. It ends neither
/// within a character nor with a blank.
[[nodiscard]] std::string_view cut(std::string_view text, std::size_t max_bytes,
                                   const LineLayout& layout, WriteText write) noexcept {
  std::size_t written = 0;
  std::size_t length = 0;
  while (length < text.size()) {
    const std::string_view character =
        text.substr(length, utf8_character_length(text.substr(length)));
    written += written_size(layout, write, character);
    if (written > max_bytes) break;
    length += character.size();
  }
  text = text.substr(0, length);
  while (!text.empty() && text.back() == ' ') text.remove_suffix(1);
  return text;
}

// Texts of one byte, which no format escapes, to measure what stands around them.
constexpr std::string_view kProbes[] = {"x", "x"};
constexpr FieldValue kOneProbe(kProbes, 1);
constexpr FieldValue kTwoProbes(kProbes, 2);

}  // namespace

const LineRecord& RecordShortener::shorten(const LineRecord& record, LineLayout& layout,
                                           std::size_t max_bytes) {
  measure(record, layout);
  vrni2syslog::shorten(sizes_, max_bytes);
  record_.message = cut(record.message, sizes_.message, layout, &LineLayout::write_message);
  collect_kept_fields(layout);
  record_.fields = kept_fields_;
  return record_;
}

void RecordShortener::measure(const LineRecord& record, LineLayout& layout) {
  record_ = record;
  record_.is_truncated = true;
  record_.fields = {};
  record_.message = {};
  LineWriter counter;
  layout.write(counter, record_);

  sizes_.fixed = counter.size();
  sizes_.message = written_size(layout, &LineLayout::write_message, record.message);
  sizes_.fields.clear();
  sizes_.texts.clear();
  fields_.clear();
  texts_.clear();
  if (!layout.has_fields()) return;
  RecordField list;
  list.role = TextRole::ListItem;
  sizes_.separator = written_size(layout, list, kTwoProbes) -
                     written_size(layout, list, kOneProbe) - kProbes[0].size();
  for (const RecordField& field : record.fields) measure_field(field, layout);
  if (!record.is_truncated) measure_field(mark(kTruncatedMark), layout);
}

void RecordShortener::measure_field(const RecordField& field, LineLayout& layout) {
  const std::size_t first = texts_.size();
  for (const std::string_view text : field.value) {
    const std::string_view clean = clean_text(text, field.role, scratch_);
    if (clean.empty()) continue;
    sizes_.texts.push_back(written_size(layout, &LineLayout::write_value, clean));
    texts_.push_back(text);
  }
  if (texts_.size() == first) return;
  fields_.push_back(field);
  sizes_.fields.push_back({.overhead = written_size(layout, field, kOneProbe) - kProbes[0].size(),
                           .first_text = first,
                           .text_count = texts_.size() - first,
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
        text =
            cut_texts_.emplace_back(cut(clean, sizes_.texts[t], layout, &LineLayout::write_value));
      }
      texts_[kept++] = text;
    }
    if (kept == sized.first_text) continue;
    RecordField& field = kept_fields_.emplace_back(fields_[i]);
    field.value = FieldValue(texts_).subspan(sized.first_text, kept - sized.first_text);
  }
}

}  // namespace vrni2syslog
