#include "base/text/byte_word.h"

#include <gtest/gtest.h>

#include <string>

namespace vrni2syslog {
namespace {

TEST(ByteWord, IsSearchedAtEveryPlace) {
  for (std::size_t place = 0; place < 8; ++place) {
    for (int byte = 0; byte < 256; ++byte) {
      std::string text(8, 'x');
      text[place] = static_cast<char>(byte);
      const std::uint64_t word = load_byte_word(text.data());
      EXPECT_EQ(has_byte_below(word, 0x20), byte < 0x20) << byte << " at " << place;
      EXPECT_EQ(has_byte(word, '"'), byte == '"') << byte << " at " << place;
      EXPECT_EQ(is_us_ascii(word), byte < 0x80) << byte << " at " << place;
    }
  }
}

TEST(ByteWord, IsNotTakenInByBytesBesideOneAnother) {
  EXPECT_FALSE(has_byte_below(load_byte_word("        "), 0x20));
  EXPECT_FALSE(has_byte(load_byte_word("########"), '"'));
  EXPECT_FALSE(has_byte(load_byte_word("\xA2\xA2\xA2\xA2\xA2\xA2\xA2\xA2"), '"'));
  EXPECT_TRUE(has_byte_below(load_byte_word("\x1F       "), 0x20));
  EXPECT_TRUE(has_byte_below(load_byte_word("       \x1F"), 0x20));
  EXPECT_TRUE(has_byte(load_byte_word("\"#######"), '"'));
  EXPECT_FALSE(has_byte_below(load_byte_word("\x80\xFF\x80\xFF\x80\xFF\x80\xFF"), 0x80));
}

}  // namespace
}  // namespace vrni2syslog
