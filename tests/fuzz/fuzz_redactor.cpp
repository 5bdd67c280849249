/// Any secret, in any text, in any of the encodings that servers and gateways repeat it in: it is
/// hidden, nothing more is hidden the second time, and the time grows with the text alone.

#include "base/text/json_string.h"
#include "fuzz_input.h"
#include "http/redactor.h"
#include "properties.h"

#include <fmt/format.h>

#include <cstdint>
#include <string>
#include <string_view>

namespace vrni2syslog::testing {
namespace {

bool is_unreserved(char c) {
  return (c >= '0' && c <= '9') || (c >= 'A' && c <= 'Z') || (c >= 'a' && c <= 'z') || c == '-' ||
         c == '.' || c == '_' || c == '~';
}

std::string json_of(std::string_view text) {
  std::string json;
  append_json_string(json, text);
  return json.substr(1, json.size() - 2);
}

std::string percent_of(std::string_view text) {
  std::string encoded;
  for (const char c : text) {
    if (is_unreserved(c)) {
      encoded += c;
    } else {
      encoded += fmt::format("%{:02X}", static_cast<unsigned char>(c));
    }
  }
  return encoded;
}

std::string percent_of_all(std::string_view text) {
  std::string encoded;
  for (const char c : text) encoded += fmt::format("%{:02x}", static_cast<unsigned char>(c));
  return encoded;
}

std::string html_of(std::string_view text) {
  std::string html;
  for (const char c : text) {
    switch (c) {
      case '&':
        html += "&amp;";
        break;
      case '<':
        html += "&lt;";
        break;
      case '>':
        html += "&#62;";
        break;
      case '"':
        html += "&#x22;";
        break;
      default:
        html += c;
    }
  }
  return html;
}

std::string hex_of(std::string_view text) {
  std::string hex;
  for (const char c : text) hex += fmt::format("{:02x}", static_cast<unsigned char>(c));
  return hex;
}

std::string base64_of(std::string_view text) {
  constexpr std::string_view kAlphabet =
      "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
  std::string base64;
  unsigned value = 0;
  int bits = 0;
  for (const char c : text) {
    value = value << 8U | static_cast<unsigned char>(c);
    for (bits += 8; bits >= 6; bits -= 6) base64 += kAlphabet[value >> (bits - 6) & 63U];
    value &= 63U;
  }
  if (bits > 0) base64 += kAlphabet[value << (6 - bits) & 63U];
  return base64;
}

std::string utf16_of(std::string_view text) {
  std::string utf16;
  for (const char c : text) utf16 += {c, '\0'};
  return utf16;
}

using Encoding = std::string (*)(std::string_view);
std::string plain(std::string_view text) {
  return std::string(text);
}

/// The secret as one of the encodings shows it. Those of texts within texts are applied repeatedly.
std::string encode(FuzzInput& input, std::string_view secret) {
  constexpr Encoding kEncodings[] = {plain,   json_of, percent_of, percent_of_all,
                                     html_of, hex_of,  base64_of,  utf16_of};
  const std::uint8_t kind = input.byte();
  const Encoding encoding = kEncodings[kind % std::size(kEncodings)];
  std::string encoded = encoding(secret);
  const bool may_be_repeated = encoding == json_of || encoding == percent_of;
  for (int layers = kind / 64; may_be_repeated && layers > 0; --layers) encoded = encoding(encoded);
  return encoded;
}

void check_idempotence(const Redactor& redactor, const std::string& text) {
  std::string again = text;
  redactor.hide_in(again);
  require(again == text, "more is hidden the second time", text);
}

void check_encoded(FuzzInput& input, const Redactor& redactor, std::string_view secret) {
  const std::string encoded = encode(input, secret);
  const std::string before = input.text();
  std::string text = before + encoded;
  text += input.text();
  redactor.hide_in(text);
  require(text.find(Redactor::kHidden) != std::string::npos, "a secret is not found", encoded);
  // The mark itself could complete a secret that holds a part of it.
  if (secret.find_first_of("<>") != std::string_view::npos) return;
  require(text.find(encoded) == std::string::npos, "a secret is shown", text);
  check_idempotence(redactor, text);
}

/// The beginning of a secret at the end of a text that was cut.
void check_cut(FuzzInput& input, const Redactor& redactor, std::string_view secret) {
  const std::size_t length = 1 + input.byte() % (secret.size() - 1);
  std::string text = input.text() + std::string(secret.substr(0, length));
  // One that ends with the beginning of the next is hidden, and its end is not a beginning.
  if (text.find(secret) != std::string::npos) return;
  redactor.hide_in_cut(text);
  // Backslashes are left: how many of them a secret has behind its last other character tells
  // nothing.
  const std::size_t end = text.find_last_not_of('\\') + 1;
  require(std::string_view(text).substr(0, end).ends_with(Redactor::kHidden),
          "the beginning of a secret is shown", text);
}

void check(FuzzInput input) {
  const std::uint8_t kind = input.byte();
  std::string secret(input.bytes(Redactor::kMinSecretBytes + input.byte() % 80U));
  // Backslashes are ignored, so that a secret is as long as what is left of it.
  const auto letters =
      static_cast<std::size_t>(std::ranges::count_if(secret, [](char c) { return c != '\\'; }));
  if (letters < Redactor::kMinSecretBytes) return;
  const Redactor redactor({Secret(secret)});
  if (kind % 4U == 0 && secret.front() != '\\') return check_cut(input, redactor, secret);
  check_encoded(input, redactor, secret);
}

}  // namespace
}  // namespace vrni2syslog::testing

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  vrni2syslog::testing::check(vrni2syslog::testing::FuzzInput(data, size));
  return 0;
}
