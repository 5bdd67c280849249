#include "http/redactor.h"

#include "base/text/number.h"
#include "base/text/utf8.h"

#include <algorithm>
#include <array>
#include <bit>
#include <charconv>
#include <cstdint>
#include <optional>
#include <utility>

namespace vrni2syslog {
namespace {

/// The letters of JSON's short escapes (RFC 8259 section 7) that do not stand for themselves.
constexpr std::pair<char, char> kJsonEscapes[] = {
    {'b', '\b'}, {'f', '\f'}, {'n', '\n'}, {'r', '\r'}, {'t', '\t'}};

constexpr std::pair<std::string_view, char> kHtmlEntities[] = {
    {"&amp;", '&'}, {"&lt;", '<'}, {"&gt;", '>'}, {"&quot;", '"'}, {"&apos;", '\''}};

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

/// "&#60;" or "&#x3C;".
[[nodiscard]] std::optional<Decoded> numeric_entity_at(std::string_view text, std::size_t at) {
  constexpr std::size_t kMostDigits = 8;
  constexpr unsigned kLastCodePoint = 0x10FFFF;
  if (!text.substr(at).starts_with("&#")) return std::nullopt;
  std::size_t first = at + 2;
  const bool is_hex = text.substr(first, 1) == "x" || text.substr(first, 1) == "X";
  if (is_hex) ++first;
  const std::size_t end = text.substr(0, std::min(text.size(), first + kMostDigits + 1))
                              .find(';', std::min(first, text.size()));
  if (end == std::string_view::npos) return std::nullopt;
  const std::optional<unsigned> code_point =
      parse_whole<unsigned>(text.substr(first, end - first), is_hex ? 16 : 10);
  if (!code_point || *code_point > kLastCodePoint) return std::nullopt;
  Decoded decoded{{}, end + 1 - at};
  append_utf8(decoded.bytes, *code_point);
  return decoded;
}

/// All that a place of a text may stand for, besides the character itself.
class Readings {
 public:
  Readings(std::string_view text, std::size_t at) {
    if (at > 0 && text[at - 1] == '\\') {
      for (const auto& [letter, meaning] : kJsonEscapes) {
        if (text[at] == letter) add(Decoded{std::string(1, meaning), 1});
      }
      add(unicode_escape_at(text, at));
    }
    add_percent_encodings(text, at);
    if (text[at] == '+') add(Decoded{" ", 1});
    add(numeric_entity_at(text, at));
    for (const auto& [entity, meaning] : kHtmlEntities) {
      if (text.substr(at, entity.size()) == entity)
        add(Decoded{std::string(1, meaning), entity.size()});
    }
  }
  [[nodiscard]] const std::vector<Decoded>& all() const noexcept { return all_; }

 private:
  /// "%3C", and what becomes of it if it is encoded again: "%253C", "%25253C". How often that was
  /// done is not known, since the character itself may be a percent sign.
  void add_percent_encodings(std::string_view text, std::size_t at) {
    constexpr std::string_view kEncodedPercent = "25";
    constexpr int kMostLayers = 4;
    if (text[at] != '%') return;
    std::size_t digits = at + 1;
    for (int layer = 1; layer <= kMostLayers; ++layer) {
      const std::optional<unsigned> byte = hex_at(text, digits, 2);
      if (!byte) return;
      add(Decoded{std::string(1, static_cast<char>(*byte)), digits + 2 - at});
      if (text.substr(digits, 2) != kEncodedPercent) return;
      digits += kEncodedPercent.size();
    }
  }

  void add(std::optional<Decoded> decoded) {
    if (decoded) all_.push_back(std::move(*decoded));
  }
  std::vector<Decoded> all_;
};

/// What may begin a reading that is not the character itself. A letter behind a backslash is found
/// through the backslash.
constexpr std::string_view kBeginnings = "\\%&+";

/// How a text ends: a cut one perhaps in the middle of a secret.
enum class TextEnd : std::uint8_t { Whole, Cut };

/// Where a secret stands in a text.
struct Place {
  std::size_t begin;
  std::size_t end;
};

/// Finds a pattern, in which there is no backslash, in a text where each of its characters may be
/// encoded. Several readings of the text are followed side by side: "%25" may be a percent sign, or
/// these three characters. At each place of the text it keeps how many characters of the pattern
/// may end there, and where they began; so the time grows with the length of the text alone.
/// Backslashes are ignored, since their number grows each time that a text is put into a JSON
/// string.
class Matcher {
 public:
  /// `pattern` has kMaxPattern characters at most.
  static constexpr std::size_t kMaxPattern = 63;

  Matcher(std::string_view text, std::string_view pattern, TextEnd end)
      : text_(text), pattern_(pattern), end_(end) {
    wanted_ = std::string(kBeginnings) + pattern.front();
  }

  /// The first place from `from` on.
  [[nodiscard]] std::optional<Place> find(std::size_t from) {
    start();
    for (std::size_t at = from; at < text_.size(); ++at) {
      if (pending_ == 0) at = std::min(text_.find_first_of(wanted_, at), text_.size());
      const std::size_t begin = at;
      if (pending_ == 0) at = end_of_backslashes(text_, at);
      if (at == text_.size()) break;
      reach(at, 0, begin);
      if (const std::optional<Place> place = step(at)) return place;
    }
    return end_ == TextEnd::Cut ? beginning_at_end() : std::nullopt;
  }

  /// Where the pattern ends if it begins at `begin`, or behind backslashes there.
  [[nodiscard]] std::optional<std::size_t> end_from(std::size_t begin) {
    start();
    if (begin < text_.size()) reach(begin, 0, begin);
    for (std::size_t at = begin; pending_ != 0 && at < text_.size(); ++at) {
      if (const std::optional<Place> place = step(at)) return place->end;
    }
    return std::nullopt;
  }

 private:
  /// No reading is longer than half of this, which a run of backslashes in a pair of surrogates
  /// may reach.
  static constexpr std::size_t kRing = 64;
  static constexpr std::size_t kLongestCutEncoding = 10;

  /// The first `length` characters of the pattern may end before `at`, if they begin at `begin`.
  void reach(std::size_t at, std::size_t length, std::size_t begin) {
    std::uint64_t& lengths = matches_[at % kRing];
    const std::uint64_t bit = std::uint64_t{1} << length;
    std::size_t& known = begins_[at % kRing][length];
    if ((lengths & bit) != 0) {
      known = std::min(known, begin);
      return;
    }
    lengths |= bit;
    known = begin;
    ++pending_;
  }

  void start() {
    matches_.fill(0);
    pending_ = 0;
    cut_begin_ = text_.size();
  }

  /// Follows all readings from one place of the text on.
  [[nodiscard]] std::optional<Place> step(std::size_t at) {
    const std::uint64_t lengths = std::exchange(matches_[at % kRing], 0);
    const Readings readings = is_plain(at) ? Readings(" ", 0) : Readings(text_, at);
    for (std::size_t length = 0; length < pattern_.size(); ++length) {
      if ((lengths >> length & 1U) == 0) continue;
      --pending_;
      const std::size_t begin = begins_[at % kRing][length];
      if (end_ == TextEnd::Cut && is_cut_encoding(at)) cut_begin_ = std::min(cut_begin_, begin);
      if (text_[at] == '\\') reach(at + 1, length, begin);
      if (text_[at] == pattern_[length] && length + 1 == pattern_.size())
        return Place{begin, at + 1};
      if (text_[at] == pattern_[length]) reach(at + 1, length + 1, begin);
      for (const Decoded& reading : readings.all()) {
        if (const std::optional<Place> place = follow(reading, at, length, begin)) return place;
      }
    }
    return std::nullopt;
  }

  [[nodiscard]] std::optional<Place> follow(const Decoded& reading, std::size_t at,
                                            std::size_t length, std::size_t begin) {
    const std::size_t end = at + reading.length;
    if (reading.length > kRing / 2) return std::nullopt;
    if (reading.bytes == "\\") {
      reach(end, length, begin);
    } else if (pattern_.substr(length).starts_with(reading.bytes)) {
      const std::size_t reached = length + reading.bytes.size();
      if (reached == pattern_.size()) return Place{begin, end};
      reach(end, reached, begin);
    }
    return std::nullopt;
  }

  [[nodiscard]] bool is_plain(std::size_t at) const {
    const bool is_behind_backslash = at > 0 && text_[at - 1] == '\\';
    return !is_behind_backslash && kBeginnings.find(text_[at]) == std::string_view::npos;
  }
  /// Whether the text ends before it is clear what it means: "%4", "u00", "&am".
  [[nodiscard]] bool is_cut_encoding(std::size_t at) const {
    if (text_.size() - at >= kLongestCutEncoding) return false;
    const std::string_view rest = text_.substr(at);
    if (rest.front() == '%') return rest.size() < 3 || rest.ends_with("%25");
    if (rest.front() == '&') return rest.find(';') == std::string_view::npos;
    return rest.front() == 'u' && rest.size() < 5 && at > 0 && text_[at - 1] == '\\';
  }
  [[nodiscard]] std::optional<Place> beginning_at_end() const {
    std::size_t begin = cut_begin_;
    for (std::size_t length = 1; length < pattern_.size(); ++length) {
      if ((matches_[text_.size() % kRing] >> length & 1U) != 0)
        begin = std::min(begin, begins_[text_.size() % kRing][length]);
    }
    if (begin >= text_.size()) return std::nullopt;
    return Place{begin, text_.size()};
  }

  std::string_view text_;
  std::string_view pattern_;
  TextEnd end_;
  std::string wanted_;
  std::array<std::uint64_t, kRing> matches_{};  ///< by place: bit n for the first n characters
  std::array<std::array<std::size_t, kMaxPattern + 1>, kRing> begins_{};
  std::size_t pending_ = 0;    ///< set bits
  std::size_t cut_begin_ = 0;  ///< of what may begin a secret where the text is cut
};

/// Where a secret ends of which the first kMaxPattern characters end at `from`: behind the rest of
/// it, and behind all that is not certainly something else. If a text was cut and the rest is not
/// there as a whole, it may go on up to the cut, whatever its characters are.
[[nodiscard]] std::size_t end_of_long_secret(std::string_view text, std::size_t from,
                                             std::string_view rest, TextEnd text_end) {
  std::size_t end = from;
  while (!rest.empty()) {
    const std::string_view pattern = rest.substr(0, Matcher::kMaxPattern);
    const std::optional<std::size_t> next = Matcher(text, pattern, TextEnd::Whole).end_from(end);
    if (!next && text_end == TextEnd::Cut) return text.size();
    if (!next) break;
    end = *next;
    rest.remove_prefix(pattern.size());
  }
  return std::min(text.find_first_of("\"'<>\r\n", end), text.size());
}

/// Adds the places of a pattern in a text.
void add_places(std::vector<Place>& places, std::string_view text, std::string_view pattern,
                TextEnd end) {
  const std::string_view rest = pattern.substr(std::min(pattern.size(), Matcher::kMaxPattern));
  Matcher matcher(text, pattern.substr(0, Matcher::kMaxPattern), end);
  std::optional<Place> place = matcher.find(0);
  if (place && pattern.size() < Redactor::kMinSecretBytes) {
    places.push_back({0, text.size()});
    return;
  }
  for (; place; place = matcher.find(places.back().end)) {
    if (!rest.empty()) place->end = end_of_long_secret(text, place->end, rest, end);
    places.push_back(*place);
  }
}

/// Hides what the places cover together. All secrets are looked for in the same text, since they
/// may overlap: what hiding one leaves of another would not be found any more.
void hide_places(std::string& text, std::vector<Place> places) {
  if (places.empty()) return;
  std::ranges::sort(places, {}, &Place::begin);
  std::string shown;
  std::size_t shown_to = 0;
  for (const Place& place : places) {
    if (place.begin >= shown_to)
      shown.append(text, shown_to, place.begin - shown_to).append(Redactor::kHidden);
    shown_to = std::max(shown_to, place.end);
  }
  text = shown.append(text, shown_to);
}

constexpr std::string_view kBase64Alphabet =
    "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";

/// What the base64 (RFC 4648 section 4) of any text holds in which `secret` begins `skipped` bytes
/// behind a group of three.
[[nodiscard]] std::string base64_of(std::string_view secret, std::size_t skipped) {
  std::string base64;
  const std::size_t bits = (skipped + secret.size()) * 8;
  for (std::size_t bit = (skipped * 8 + 5) / 6 * 6; bit + 6 <= bits; bit += 6) {
    unsigned value = 0;
    for (std::size_t i = bit; i < bit + 6; ++i) {
      const auto byte = static_cast<unsigned char>(secret[i / 8 - skipped]);
      value = value << 1U | (byte >> (7 - i % 8) & 1U);
    }
    base64 += kBase64Alphabet[value];
  }
  return base64;
}

[[nodiscard]] std::string hex_of(std::string_view secret, std::string_view digits) {
  std::string hex;
  for (const char c : secret) {
    hex += digits[static_cast<unsigned char>(c) >> 4U];
    hex += digits[static_cast<unsigned char>(c) & 0xFU];
  }
  return hex;
}

/// The code point of a character in well-formed UTF-8.
[[nodiscard]] unsigned code_point_of(std::string_view character) {
  constexpr unsigned kFirstByteMasks[] = {0x7F, 0x1F, 0x0F, 0x07};
  unsigned code_point =
      static_cast<unsigned char>(character.front()) & kFirstByteMasks[character.size() - 1];
  for (const char c : character.substr(1))
    code_point = code_point << 6U | (static_cast<unsigned char>(c) & 0x3FU);
  return code_point;
}

/// In UTF-16 (RFC 2781). A byte that is not part of UTF-8 is taken for a character of Latin-1.
[[nodiscard]] std::string utf16_of(std::string_view secret, std::endian order) {
  std::string utf16;
  const auto append = [&](unsigned unit) {
    const char high = static_cast<char>(unit >> 8U);
    const char low = static_cast<char>(unit & 0xFFU);
    utf16 += order == std::endian::little ? low : high;
    utf16 += order == std::endian::little ? high : low;
  };
  while (!secret.empty()) {
    constexpr unsigned kFirstBeyond = 0x10000;
    const std::size_t length = utf8_character_length(secret);
    const unsigned code_point = length == 0 ? static_cast<unsigned char>(secret.front())
                                            : code_point_of(secret.substr(0, length));
    if (code_point >= kFirstBeyond) {
      append(0xD800 + (code_point - kFirstBeyond) / 0x400);
      append(0xDC00 + (code_point - kFirstBeyond) % 0x400);
    } else {
      append(code_point);
    }
    secret.remove_prefix(std::max<std::size_t>(1, length));
  }
  return utf16;
}

/// The secret, and what becomes of it in encodings of whole texts.
[[nodiscard]] std::vector<std::string> forms_of(std::string_view secret) {
  std::vector<std::string> forms{std::string(secret)};
  // Of a short secret these would be found by chance, and hide the whole text.
  if (secret.size() < Redactor::kMinSecretBytes) return forms;
  for (const std::size_t skipped : {0U, 1U, 2U}) {
    std::string base64 = base64_of(secret, skipped);
    std::string for_urls = base64;
    std::ranges::replace(for_urls, '+', '-');
    std::ranges::replace(for_urls, '/', '_');
    if (for_urls != base64) forms.push_back(std::move(for_urls));
    forms.push_back(std::move(base64));
  }
  for (const std::string_view digits : {"0123456789abcdef", "0123456789ABCDEF"})
    forms.push_back(hex_of(secret, digits));
  forms.push_back(utf16_of(secret, std::endian::little));
  forms.push_back(utf16_of(secret, std::endian::big));
  for (std::string& form : forms) std::erase(form, '\\');
  return forms;
}

}  // namespace

Redactor::Redactor(const std::vector<Secret>& secrets) {
  for (const Secret& secret : secrets) add(secret);
}

Redactor::Forms Redactor::make_forms(const Secret& secret) {
  Forms forms;
  for (std::string& form : forms_of(secret.reveal())) forms.emplace_back(std::move(form));
  return forms;
}

template <typename Action>
void Redactor::for_each_form(Action action) const {
  for (const Secret& form : forms_) action(form.reveal());
  for (const Forms& cookie : cookies_) {
    for (const Secret& form : cookie) action(form.reveal());
  }
}

void Redactor::add(const Secret& secret) {
  for (Secret& form : make_forms(secret)) {
    const auto is_same = [&](const Secret& known) { return known.reveal() == form.reveal(); };
    if (!form.empty() && std::ranges::none_of(forms_, is_same)) forms_.push_back(std::move(form));
  }
}

void Redactor::add_cookie(const Secret& value) {
  if (value.reveal().size() < kMinSecretBytes) return;
  std::string plain(value.reveal());
  std::erase(plain, '\\');
  const Secret key(std::move(plain));
  const auto is_same = [&](const Forms& known) { return known.front().reveal() == key.reveal(); };
  if (const auto known = std::ranges::find_if(cookies_, is_same); known != cookies_.end()) {
    std::rotate(known, known + 1, cookies_.end());
    return;
  }
  cookies_.push_back(make_forms(value));
  if (cookies_.size() > kMaxCookies) cookies_.pop_front();
}

void Redactor::hide_in(std::string& text) const {
  std::vector<Place> places;
  for_each_form([&](std::string_view form) { add_places(places, text, form, TextEnd::Whole); });
  hide_places(text, std::move(places));
}

void Redactor::hide_in_record(std::string& text) const {
  std::vector<Place> places;
  for_each_form([&](std::string_view form) {
    if (form.size() >= kMinSecretBytes) add_places(places, text, form, TextEnd::Whole);
  });
  hide_places(text, std::move(places));
}

void Redactor::hide_in_cut(std::string& text) const {
  std::vector<Place> places;
  for_each_form([&](std::string_view form) { add_places(places, text, form, TextEnd::Cut); });
  hide_places(text, std::move(places));
}

}  // namespace vrni2syslog
