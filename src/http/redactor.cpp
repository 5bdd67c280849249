#include "http/redactor.h"

#include <algorithm>
#include <array>
#include <charconv>
#include <optional>
#include <utility>

namespace vrni2syslog {
namespace {

/// The letters of JSON's short escapes (RFC 8259 section 7) that do not stand for themselves.
constexpr std::pair<char, char> kJsonEscapes[] = {
    {'b', '\b'}, {'f', '\f'}, {'n', '\n'}, {'r', '\r'}, {'t', '\t'}};

constexpr std::pair<std::string_view, char> kHtmlEntities[] = {
    {"&amp;", '&'}, {"&lt;", '<'},    {"&gt;", '>'},   {"&quot;", '"'},
    {"&#34;", '"'}, {"&apos;", '\''}, {"&#39;", '\''}, {"&#x27;", '\''},
    {"&#61;", '='}, {"&#43;", '+'},   {"&#x2F;", '/'}, {"&#47;", '/'}};

[[nodiscard]] std::optional<unsigned> hex_at(std::string_view text, std::size_t at,
                                             std::size_t digits) {
  if (at > text.size() || text.size() - at < digits) return std::nullopt;
  unsigned value = 0;
  const char* const first = text.data() + at;
  const auto [end, error] = std::from_chars(first, first + digits, value, 16);
  if (error != std::errc() || end != first + digits) return std::nullopt;
  return value;
}

/// A character of a text, decoded.
struct Decoded {
  std::string bytes;       ///< UTF-8
  std::size_t length = 0;  ///< in the text
};

void append_utf8(std::string& out, unsigned code_point) {
  const auto append = [&](unsigned byte) { out += static_cast<char>(byte); };
  if (code_point < 0x80) return append(code_point);
  if (code_point < 0x800) {
    append(0xC0U | code_point >> 6U);
  } else {
    if (code_point < 0x10000) {
      append(0xE0U | code_point >> 12U);
    } else {
      append(0xF0U | code_point >> 18U);
      append(0x80U | (code_point >> 12U & 0x3FU));
    }
    append(0x80U | (code_point >> 6U & 0x3FU));
  }
  append(0x80U | (code_point & 0x3FU));
}

[[nodiscard]] std::size_t end_of_backslashes(std::string_view text, std::size_t at) {
  return std::min(text.find_first_not_of('\\', at), text.size());
}

/// "uXXXX" behind a backslash, or two of them that make one character.
[[nodiscard]] std::optional<Decoded> unicode_escape_at(std::string_view text, std::size_t at) {
  const std::optional<unsigned> unit =
      text.substr(at, 1) == "u" ? hex_at(text, at + 1, 4) : std::optional<unsigned>();
  if (!unit) return std::nullopt;
  Decoded decoded{{}, 5};
  unsigned code_point = *unit;
  if (code_point >= 0xD800 && code_point <= 0xDBFF) {
    const std::size_t next = end_of_backslashes(text, at + 5);
    const std::optional<unsigned> low = hex_at(text, next + 1, 4);
    if (text.substr(next, 1) == "u" && low && *low >= 0xDC00 && *low <= 0xDFFF) {
      code_point = 0x10000 + ((code_point - 0xD800) << 10U) + (*low - 0xDC00);
      decoded.length = next + 5 - at;
    }
  }
  append_utf8(decoded.bytes, code_point);
  return decoded;
}

/// The character that an encoding in `text` at `at` may stand for.
[[nodiscard]] std::optional<Decoded> decode_at(std::string_view text, std::size_t at,
                                               bool is_behind_backslash) {
  const std::string_view rest = text.substr(at);
  if (is_behind_backslash) {
    for (const auto& [letter, meaning] : kJsonEscapes) {
      if (rest.starts_with(letter)) return Decoded{std::string(1, meaning), 1};
    }
    return unicode_escape_at(text, at);
  }
  if (rest.starts_with('%')) {
    if (const std::optional<unsigned> byte = hex_at(text, at + 1, 2))
      return Decoded{std::string(1, static_cast<char>(*byte)), 3};
  }
  if (rest.starts_with('+')) return Decoded{" ", 1};
  for (const auto& [entity, meaning] : kHtmlEntities) {
    if (rest.starts_with(entity)) return Decoded{std::string(1, meaning), entity.size()};
  }
  return std::nullopt;
}

enum class Match : std::uint8_t { None, Whole, Beginning };

/// Compares a secret with a text, character by character, each in any encoding. Backslashes are
/// ignored, since their number grows each time that a text is put into a JSON string.
class Comparison {
 public:
  Comparison(std::string_view text, std::size_t at, std::string_view secret)
      : text_(text), at_(at), secret_(secret) {}

  [[nodiscard]] Match run() {
    while (!secret_.empty()) {
      const std::size_t next = end_of_backslashes(text_, at_);
      const bool is_behind_backslash = next > at_;
      at_ = next;
      if (at_ == text_.size()) return Match::Beginning;
      if (!take(is_behind_backslash)) return is_cut_encoding() ? Match::Beginning : Match::None;
    }
    return Match::Whole;
  }
  [[nodiscard]] std::size_t end() const noexcept { return at_; }

 private:
  [[nodiscard]] bool take(bool is_behind_backslash) {
    const std::optional<Decoded> decoded = decode_at(text_, at_, is_behind_backslash);
    if (decoded && decoded->bytes == "\\") {
      at_ += decoded->length;
      return true;
    }
    if (decoded && secret_.starts_with(decoded->bytes)) {
      at_ += decoded->length;
      secret_.remove_prefix(decoded->bytes.size());
      return true;
    }
    if (text_[at_] != secret_.front()) return false;
    ++at_;
    secret_.remove_prefix(1);
    return true;
  }
  /// Whether the text ends before it is clear what it means: "%4", "u00", "&am".
  [[nodiscard]] bool is_cut_encoding() const {
    constexpr std::size_t kLongestEncoding = 6;
    const bool may_begin_one = text_[at_] == '%' || text_[at_] == '&' || text_[at_] == 'u';
    return may_begin_one && text_.size() - at_ < kLongestEncoding;
  }

  std::string_view text_;
  std::size_t at_;
  std::string_view secret_;
};

/// How a text ends: a cut one perhaps in the middle of a secret.
enum class TextEnd : std::uint8_t { Whole, Cut };

/// Where a secret stands in a text.
struct Place {
  std::size_t begin;
  std::size_t end;
};

[[nodiscard]] std::optional<Place> find(std::string_view text, std::size_t from,
                                        std::string_view secret, TextEnd end) {
  const std::array<char, 5> beginnings{secret.front(), '\\', '%', '&', '+'};
  const std::string_view wanted(beginnings.data(), beginnings.size());
  for (std::size_t at = text.find_first_of(wanted, from); at != std::string_view::npos;
       at = text.find_first_of(wanted, at)) {
    Comparison comparison(text, at, secret);
    const Match match = comparison.run();
    if (match == Match::Whole) return Place{at, comparison.end()};
    if (match == Match::Beginning && end == TextEnd::Cut) return Place{at, text.size()};
    // What follows a backslash is compared once more as it is.
    at = text[at] == '\\' ? end_of_backslashes(text, at) : at + 1;
  }
  return std::nullopt;
}

void hide(std::string& text, std::string_view secret, TextEnd end) {
  std::optional<Place> place = find(text, 0, secret, end);
  if (!place) return;
  if (secret.size() < Redactor::kMinSecretBytes) {
    text = Redactor::kHidden;
    return;
  }
  std::string shown;
  std::size_t shown_to = 0;
  for (; place; place = find(text, shown_to, secret, end)) {
    shown.append(text, shown_to, place->begin - shown_to).append(Redactor::kHidden);
    shown_to = place->end;
  }
  text = shown.append(text, shown_to);
}

}  // namespace

Redactor::Redactor(const std::vector<Secret>& secrets) {
  for (const Secret& secret : secrets) {
    std::string text(secret.reveal());
    std::erase(text, '\\');
    if (!text.empty()) secrets_.emplace_back(std::move(text));
  }
}

void Redactor::hide_in(std::string& text) const {
  for (const Secret& secret : secrets_) hide(text, secret.reveal(), TextEnd::Whole);
}

void Redactor::hide_in_cut(std::string& text) const {
  for (const Secret& secret : secrets_) hide(text, secret.reveal(), TextEnd::Cut);
}

}  // namespace vrni2syslog
