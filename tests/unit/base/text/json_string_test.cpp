#include "base/text/json_string.h"

#include <gtest/gtest.h>

namespace vrni2syslog {
namespace {

[[nodiscard]] std::string json_string(std::string_view text) {
  std::string json;
  append_json_string(json, text);
  return json;
}

TEST(JsonString, EscapesWhatJsonReserves) {
  EXPECT_EQ(json_string(std::string_view("a\"b\\c\n\0d", 8)), R"("a\"b\\c\n\u0000d")");
  EXPECT_EQ(json_string("\b\f\n\r\t\x01\x1B\x1F"), R"("\b\f\n\r\t\u0001\u001B\u001F")");
}

TEST(JsonString, KeepsEverythingElse) {
  EXPECT_EQ(json_string(""), "\"\"");
  EXPECT_EQ(json_string("/\x7F \xC3\xA9\xFF"), "\"/\x7F \xC3\xA9\xFF\"");
}

TEST(JsonString, SeesEveryByteAtEveryPlaceOfATextOfAnyLength) {
  for (std::size_t length = 1; length <= 20; ++length) {
    for (std::size_t place = 0; place < length; ++place) {
      for (int byte = 0; byte < 256; ++byte) {
        std::string text(length, 'x');
        text[place] = static_cast<char>(byte);
        const bool is_plain = byte >= 0x20 && byte != '"' && byte != '\\';
        ASSERT_EQ(json_string(text) == '"' + text + '"', is_plain)
            << byte << " at " << place << " of " << length;
        ASSERT_EQ(json_string(text).substr(0, place + 1), '"' + text.substr(0, place));
      }
    }
  }
}

TEST(JsonString, EscapesBytesBesideOneAnother) {
  EXPECT_EQ(json_string("1234567\"\\\x1F \xA2\"9"), "\"1234567\\\"\\\\\\u001F \xA2\\\"9\"");
}

TEST(JsonString, AppendsToWhatIsThere) {
  std::string json = "x";
  append_json_string(json, "\"");
  EXPECT_EQ(json, R"(x"\"")");
}

}  // namespace
}  // namespace vrni2syslog
