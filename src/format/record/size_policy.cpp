#include "format/record/size_policy.h"

#include <algorithm>
#include <span>

namespace vrni2syslog {
namespace {

constexpr std::size_t kOverlongFraction = 4;

/// What is left of a field.
struct Kept {
  std::size_t texts = 0;
  std::size_t bytes = 0;  ///< with overhead and separators; 0 if no text is left
};

[[nodiscard]] Kept kept_of(const LineSizes& line, const SizedField& field) noexcept {
  Kept kept;
  for (const std::size_t text : std::span(line.texts).subspan(field.first_text, field.text_count)) {
    if (text == 0) continue;
    kept.bytes += text;
    ++kept.texts;
  }
  if (kept.texts != 0) kept.bytes += field.overhead + (kept.texts - 1) * line.separator;
  return kept;
}

class Shortener {
 public:
  Shortener(LineSizes& line, std::size_t max_bytes) : line_(line), max_bytes_(max_bytes) {
    total_ = line.fixed + line.message;
    for (const SizedField& field : line.fields)
      total_ += kept_.emplace_back(kept_of(line, field)).bytes;
  }

  void run() {
    if (line_.message > line_.max_message) {
      total_ -= line_.message - line_.max_message;
      line_.message = line_.max_message;
    }
    if (fits()) return;
    treat_overlong_texts(Fields::Lists);
    if (!lists_alone_make_it_fit()) {
      treat_overlong_texts(Fields::All);
      cut_message(max_bytes_ / kOverlongFraction);
    }
    while (!fits() && shorten_longest_list()) {
    }
    for (std::size_t i = line_.fields.size(); i-- > 0 && !fits();) {
      if (!line_.fields[i].is_essential) leave_out(i);
    }
    cut_message(kMinMessageBytes);
    if (!fits()) cut_essential_values();
  }

 private:
  enum class Fields { Lists, All };

  [[nodiscard]] bool fits() const noexcept { return total_ <= max_bytes_; }

  [[nodiscard]] std::span<std::size_t> texts_of(std::size_t field) noexcept {
    return std::span(line_.texts)
        .subspan(line_.fields[field].first_text, line_.fields[field].text_count);
  }

  void update(std::size_t field) noexcept {
    total_ -= kept_[field].bytes;
    kept_[field] = kept_of(line_, line_.fields[field]);
    total_ += kept_[field].bytes;
  }

  void leave_out(std::size_t field) noexcept {
    std::ranges::fill(texts_of(field), 0U);
    update(field);
  }

  /// Whether the line fits once every list has one item.
  [[nodiscard]] bool lists_alone_make_it_fit() noexcept {
    std::size_t spare = 0;
    for (std::size_t i = 0; i < kept_.size(); ++i) {
      if (kept_[i].texts < 2) continue;
      const auto is_kept = [](std::size_t text) { return text != 0; };
      const auto first = std::ranges::find_if(texts_of(i), is_kept);
      spare += kept_[i].bytes - line_.fields[i].overhead - *first;
    }
    return total_ - spare <= max_bytes_;
  }

  void treat_overlong_texts(Fields fields) noexcept {
    for (std::size_t i = 0; i < line_.fields.size(); ++i) {
      if (line_.fields[i].is_fixed_size) continue;
      if (fields == Fields::Lists && line_.fields[i].text_count < 2) continue;
      treat_overlong_texts_of(i);
      update(i);
    }
  }

  /// Goes from the last text to the first, so that the first item remains of an essential list
  /// whose items are all overlong.
  void treat_overlong_texts_of(std::size_t field) noexcept {
    const std::size_t limit = max_bytes_ / kOverlongFraction;
    std::size_t left = kept_[field].texts;
    const std::span<std::size_t> texts = texts_of(field);
    for (std::size_t i = texts.size(); i-- > 0;) {
      if (texts[i] <= limit) continue;
      if (line_.fields[field].is_essential && left == 1) {
        texts[i] = limit;
      } else {
        texts[i] = 0;
        --left;
      }
    }
  }

  /// Cuts MSG to what the rest of the line leaves, but not below `min_bytes`.
  void cut_message(std::size_t min_bytes) noexcept {
    if (fits() || line_.message <= min_bytes) return;
    const std::size_t cut = std::min(total_ - max_bytes_, line_.message - min_bytes);
    line_.message -= cut;
    total_ -= cut;
  }

  /// False if no list has more than one item.
  [[nodiscard]] bool shorten_longest_list() noexcept {
    std::size_t longest = kept_.size();
    for (std::size_t i = 0; i < kept_.size(); ++i) {
      if (kept_[i].texts < 2) continue;
      if (longest == kept_.size() || kept_[i].bytes > kept_[longest].bytes) longest = i;
    }
    if (longest == kept_.size()) return false;
    remove_last_item(longest);
    return true;
  }

  /// Leaves out the last item of a field that has at least two. The field's end moves before it, so
  /// that items that were left out are not looked at again, however long the list is.
  void remove_last_item(std::size_t field) noexcept {
    std::size_t& count = line_.fields[field].text_count;
    while (texts_of(field).back() == 0) --count;
    std::size_t& last = texts_of(field).back();
    --count;
    --kept_[field].texts;
    kept_[field].bytes -= last + line_.separator;
    total_ -= last + line_.separator;
    last = 0;
  }

  /// Finds the length to which the longest values must be cut for the line to fit. Every essential
  /// field has one text by now.
  void cut_essential_values() {
    std::vector<std::size_t*> values;
    std::size_t room = 0;
    for (std::size_t i = 0; i < line_.fields.size(); ++i) {
      if (!line_.fields[i].is_essential || line_.fields[i].is_fixed_size) continue;
      for (std::size_t& text : texts_of(i)) {
        if (text == 0) continue;
        values.push_back(&text);
        room += text;
      }
    }
    room -= std::min(room, total_ - max_bytes_);
    // Beginning with the shortest, each value takes at most its share of the room that is left.
    // What it does not need goes to the longer ones.
    std::ranges::sort(values, {}, [](const std::size_t* value) { return *value; });
    for (std::size_t i = 0; i < values.size(); ++i) {
      *values[i] = std::min(*values[i], room / (values.size() - i));
      room -= *values[i];
    }
  }

  LineSizes& line_;
  std::size_t max_bytes_;
  std::vector<Kept> kept_;
  std::size_t total_ = 0;
};

}  // namespace

std::size_t total_size(const LineSizes& line) noexcept {
  std::size_t total = line.fixed + line.message;
  for (const SizedField& field : line.fields) total += kept_of(line, field).bytes;
  return total;
}

void shorten(LineSizes& line, std::size_t max_bytes) {
  Shortener(line, max_bytes).run();
}

}  // namespace vrni2syslog
