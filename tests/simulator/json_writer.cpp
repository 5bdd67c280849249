#include "json_writer.h"

#include <fmt/format.h>

#include <iterator>

namespace vrni2syslog::simulator {
namespace {

// Where a surrogate, encoded in three bytes (ED A0..BF 80..BF), starts in `text`.
std::size_t find_surrogate(std::string_view text, std::size_t from) noexcept {
  for (auto at = text.find('\xED', from); at != std::string_view::npos;
       at = text.find('\xED', at + 1)) {
    if (at + 2 < text.size() && static_cast<unsigned char>(text[at + 1]) >= 0xA0) return at;
  }
  return std::string_view::npos;
}

void append_escaped(std::string& out, std::string_view text) {
  for (const char character : text) {
    const auto byte = static_cast<unsigned char>(character);
    if (byte < 0x20 || character == '"' || character == '\\') {
      fmt::format_to(std::back_inserter(out), "\\u{:04x}", byte);
    } else {
      out.push_back(character);
    }
  }
}

void append_surrogate(std::string& out, std::string_view three_bytes) {
  const auto low_bits = [&](std::size_t at) {
    return static_cast<unsigned>(static_cast<unsigned char>(three_bytes[at])) & 0x3FU;
  };
  fmt::format_to(std::back_inserter(out), "\\u{:04x}", 0xD000U | low_bits(1) << 6U | low_bits(2));
}

std::string with_escaped_surrogates(std::string_view text) {
  std::string raw = "\"";
  std::size_t from = 0;
  for (auto at = find_surrogate(text, 0); at != std::string_view::npos;
       at = find_surrogate(text, from)) {
    append_escaped(raw, text.substr(from, at - from));
    append_surrogate(raw, text.substr(at, 3));
    from = at + 3;
  }
  append_escaped(raw, text.substr(from));
  raw += '"';
  return raw;
}

}  // namespace

JsonWriter& JsonWriter::begin_object() {
  writer_.StartObject();
  return *this;
}

JsonWriter& JsonWriter::end_object() {
  writer_.EndObject();
  return *this;
}

JsonWriter& JsonWriter::begin_array() {
  writer_.StartArray();
  return *this;
}

JsonWriter& JsonWriter::end_array() {
  writer_.EndArray();
  return *this;
}

JsonWriter& JsonWriter::key(std::string_view name) {
  writer_.Key(name.data(), static_cast<rapidjson::SizeType>(name.size()));
  return *this;
}

JsonWriter& JsonWriter::text(std::string_view value) {
  if (find_surrogate(value, 0) == std::string_view::npos) {
    writer_.String(value.data(), static_cast<rapidjson::SizeType>(value.size()));
  } else {
    const std::string raw = with_escaped_surrogates(value);
    writer_.RawValue(raw.data(), raw.size(), rapidjson::kStringType);
  }
  return *this;
}

JsonWriter& JsonWriter::number(std::int64_t value) {
  writer_.Int64(value);
  return *this;
}

JsonWriter& JsonWriter::real(double value) {
  writer_.Double(value);
  return *this;
}

JsonWriter& JsonWriter::boolean(bool value) {
  writer_.Bool(value);
  return *this;
}

JsonWriter& JsonWriter::null() {
  writer_.Null();
  return *this;
}

}  // namespace vrni2syslog::simulator
