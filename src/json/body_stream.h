#pragma once

#include "json/lone_surrogates.h"

#include <rapidjson/reader.h>

#include <bit>
#include <cstddef>

#ifdef RAPIDJSON_SSE2
#include <emmintrin.h>
#endif

namespace vrni2syslog {

/// How many bytes after the end of a text, which are NUL, a BodyStream may look at.
inline constexpr std::size_t kBodyStreamPadding = 32;

/// A stream of RapidJSON's over a text that is overwritten, like its InsituStringStream, which
/// comes to the end of a string sooner. That one looks at 16 bytes at once only from the next
/// address that is a multiple of 16, and most strings of the API end before it: with this stream,
/// bare parsing takes two thirds of the time or less. The names are those that RapidJSON asks for.
class BodyStream {
 public:
  using Ch = char;

  /// `text` ends with kBodyStreamPadding NULs.
  explicit BodyStream(char* text) : source_(text), start_(text) {}

  [[nodiscard]] Ch Peek() const { return *source_; }
  Ch Take() { return *source_++; }
  [[nodiscard]] std::size_t Tell() const { return static_cast<std::size_t>(source_ - start_); }

  /// RapidJSON calls this at the first byte of a string, behind its quote, and at that of a number.
  /// Passes over the part of a string that stays as it is, and replaces lone surrogates in the
  /// rest. A number is not scanned: from there the next quote may be far away.
  Ch* PutBegin() {
    char* const begin = source_;
    const bool is_string = begin != start_ && begin[-1] == '"';
    if (is_string) {
      source_ += unescaped_length(begin);
      if (*source_ != '"') replace_lone_surrogates(source_);
    }
    destination_ = source_;
    return begin;
  }
  void Put(Ch byte) { *destination_++ = byte; }
  [[nodiscard]] std::size_t PutEnd(const Ch* begin) const {
    return static_cast<std::size_t>(destination_ - begin);
  }

 private:
  /// The number of bytes before the first quote, backslash or control byte (which RFC 8259 section
  /// 7 forbids in a string), as far as that is found faster here than by RapidJSON.
  [[nodiscard]] static std::size_t unescaped_length(const char* text) {
    std::size_t length = 0;
#ifdef RAPIDJSON_SSE2
    const __m128i quote = _mm_set1_epi8('"');
    const __m128i backslash = _mm_set1_epi8('\\');
    const __m128i last_control = _mm_set1_epi8(0x1F);
    unsigned found = 0;
    while (true) {
      const __m128i part = _mm_loadu_si128(reinterpret_cast<const __m128i*>(text + length));
      const __m128i is_control = _mm_cmpeq_epi8(_mm_max_epu8(part, last_control), last_control);
      const __m128i is_escaped =
          _mm_or_si128(_mm_cmpeq_epi8(part, quote), _mm_cmpeq_epi8(part, backslash));
      found = static_cast<unsigned>(_mm_movemask_epi8(_mm_or_si128(is_control, is_escaped)));
      if (found != 0) break;
      length += sizeof(part);
    }
    length += static_cast<std::size_t>(std::countr_zero(found));
#endif
    return length;
  }

  char* source_;
  char* destination_ = nullptr;
  char* start_;
};

}  // namespace vrni2syslog

/// It is small enough to be copied, so that it is kept in registers.
template <>
struct rapidjson::StreamTraits<vrni2syslog::BodyStream> {
  enum { copyOptimization = 1 };
};
