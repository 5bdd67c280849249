#include "format/record/size_policy.h"

#include <algorithm>
#include <span>

namespace vrni2syslog {
namespace {

constexpr std::size_t kOverlongFraction = 4;

/// What is left of a field.
struct Kept {
  std::size_t texts = 0;
  std::size_t bytes = 0;  ///< with overhead and separators; nothing if no text of it is kept
};

[[nodiscard]] Kept kept_of(const LineSizes& line, const SizedField& field) noexcept {
  Kept kept;
  for (const SizedText& text : std::span(line.texts).subspan(field.first_text, field.text_count)) {
    if (!text.is_kept) continue;
    kept.bytes += text.bytes;
    ++kept.texts;
  }
  if (kept.texts != 0) kept.bytes += field.overhead + kept.texts - 1;
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

  [[nodiscard]] std::span<SizedText> texts_of(std::size_t field) noexcept {
    return std::span(line_.texts)
        .subspan(line_.fields[field].first_text, line_.fields[field].text_count);
  }

  void update(std::size_t field) noexcept {
    total_ -= kept_[field].bytes;
    kept_[field] = kept_of(line_, line_.fields[field]);
    total_ += kept_[field].bytes;
  }

  void leave_out(std::size_t field) noexcept {
    for (SizedText& text : texts_of(field)) text.is_kept = false;
    update(field);
  }

  /// Whether the line fits once every list has one item.
  [[nodiscard]] bool lists_alone_make_it_fit() noexcept {
    std::size_t spare = 0;
    for (std::size_t i = 0; i < kept_.size(); ++i) {
      if (kept_[i].texts < 2) continue;
      const auto first = std::ranges::find(texts_of(i), true, &SizedText::is_kept);
      spare += kept_[i].bytes - line_.fields[i].overhead - first->bytes;
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

  /// From the last to the first, so that of an essential list of overlong items the first remains.
  void treat_overlong_texts_of(std::size_t field) noexcept {
    const std::size_t limit = max_bytes_ / kOverlongFraction;
    std::size_t left = kept_[field].texts;
    const std::span<SizedText> texts = texts_of(field);
    for (std::size_t i = texts.size(); i-- > 0;) {
      SizedText& text = texts[i];
      if (!text.is_kept || text.bytes <= limit) continue;
      if (line_.fields[field].is_essential && left == 1) {
        text.bytes = limit;
      } else {
        text.is_kept = false;
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

  /// False where no list has more than one item.
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

  /// Of a field that has at least two. Items that were left out before are no longer looked at, so
  /// that a list of any length costs no more than its length.
  void remove_last_item(std::size_t field) noexcept {
    std::size_t& count = line_.fields[field].text_count;
    while (!texts_of(field).back().is_kept) --count;
    SizedText& last = texts_of(field).back();
    last.is_kept = false;
    --count;
    --kept_[field].texts;
    kept_[field].bytes -= last.bytes + 1;
    total_ -= last.bytes + 1;
  }

  /// Finds the length to which the longest values must be cut for the line to fit. Every essential
  /// field has one text by now.
  void cut_essential_values() {
    std::vector<SizedText*> values;
    std::size_t room = 0;
    for (std::size_t i = 0; i < line_.fields.size(); ++i) {
      if (!line_.fields[i].is_essential || line_.fields[i].is_fixed_size) continue;
      for (SizedText& text : texts_of(i)) {
        if (!text.is_kept) continue;
        values.push_back(&text);
        room += text.bytes;
      }
    }
    room -= std::min(room, total_ - max_bytes_);
    // From the shortest on, each takes at most its share of the room that is left; what it does not
    // need goes to the longer ones.
    std::ranges::sort(values, {}, &SizedText::bytes);
    for (std::size_t i = 0; i < values.size(); ++i) {
      values[i]->bytes = std::min(values[i]->bytes, room / (values.size() - i));
      room -= values[i]->bytes;
    }
  }

  LineSizes& line_;
  std::size_t max_bytes_;
  std::vector<Kept> kept_;
  std::size_t total_ = 0;
};

}  // namespace

std::size_t total_bytes(const LineSizes& line) noexcept {
  std::size_t total = line.fixed + line.message;
  for (const SizedField& field : line.fields) total += kept_of(line, field).bytes;
  return total;
}

void shorten(LineSizes& line, std::size_t max_bytes) {
  Shortener(line, max_bytes).run();
}

}  // namespace vrni2syslog
