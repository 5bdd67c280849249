#include "format/record/clean_text.h"

#include <gtest/gtest.h>

#include <string>
#include <string_view>

namespace vrni2syslog {
namespace {

using namespace std::string_view_literals;

constexpr SpecialCharacters kSpecials{"\"\\]"};

TEST(SpecialCharacters, SeesWhatNeedsTreatment) {
  const std::pair<std::string_view, unsigned> kCases[] = {
      {"", 0},
      {"web-01 ~!", 0},
      {"a,b", kHasComma},
      {"a\"", kHasSpecial},
      {"a\\", kHasSpecial},
      {"a]", kHasSpecial},
      {"\t", kNeedsCleaning},
      {"\x7F", kNeedsCleaning},
      {"\xC3\xA4", kNeedsCleaning},
      {"\0"sv, kNeedsCleaning},
      {",\n]", kNeedsCleaning | kHasComma | kHasSpecial},
  };
  for (const auto& [text, traits] : kCases) EXPECT_EQ(kSpecials.traits_of(text), traits) << text;
}

TEST(SpecialCharacters, SeesEveryByteAtEveryPlaceOfATextOfAnyLength) {
  for (const std::string_view characters : {"", "\"\\]", "^", "=\\|"}) {
    const SpecialCharacters specials(characters);
    for (std::size_t length = 1; length <= 20; ++length) {
      for (std::size_t place = 0; place < length; ++place) {
        for (int byte = 0; byte < 256; ++byte) {
          std::string text(length, 'x');
          text[place] = static_cast<char>(byte);
          TextTraits expected = byte < 0x20 || byte >= 0x7F ? kNeedsCleaning : 0;
          if (byte == ',') expected = kHasComma;
          if (characters.find(text[place]) != std::string_view::npos) expected = kHasSpecial;
          ASSERT_EQ(specials.traits_of(text), expected)
              << byte << " at " << place << " of " << length;
          std::string copy(length, '\0');
          ASSERT_EQ(specials.copy_ordinary(text, copy.data()), expected == 0)
              << byte << " at " << place << " of " << length;
          if (expected == 0) {
            ASSERT_EQ(copy, text);
          }
        }
      }
    }
  }
}

TEST(SpecialCharacters, SeesTheTraitsOfAllWordsTogether) {
  EXPECT_EQ(kSpecials.traits_of("01234567,abcdefg]\n"), kHasComma | kHasSpecial | kNeedsCleaning);
  EXPECT_EQ(kSpecials.traits_of("\x01\x02,5678"), kHasComma | kNeedsCleaning);
}

TEST(SpecialCharacters, CopyNothingBehindAText) {
  for (std::size_t length = 0; length <= 40; ++length) {
    std::string copy(50, '.');
    EXPECT_TRUE(kSpecials.copy_ordinary(std::string(length, 'x'), copy.data()));
    EXPECT_EQ(copy, std::string(length, 'x') + std::string(50 - length, '.'));
  }
}

TEST(CleanText, TrimsRepairsAndBlanks) {
  const std::pair<std::string_view, std::string_view> kCases[] = {
      {"web-01", "web-01"},
      {"  web 01  ", "web 01"},
      {"\r\nweb\n01\0"sv, "web 01"},
      {"w\xC3\xA4"
       "b",
       "w\xC3\xA4"
       "b"},
      {"w\xC3", "w\xEF\xBF\xBD"},
      {"\xE2\x80\xA8x\xC2\x85", "x"},
      {" \n ", ""},
      {"", ""},
      {"a,b", "a,b"},
  };
  std::string scratch;
  for (const auto& [text, clean] : kCases)
    EXPECT_EQ(clean_text(text, TextRole::Single, scratch), clean) << text;
}

TEST(CleanText, BlanksACommaWithinAnItemOfAList) {
  const std::pair<std::string_view, std::string_view> kCases[] = {
      {"a,b", "a b"}, {",a,", "a"}, {",", ""}, {"\xC3\xA4,\n", "\xC3\xA4"}, {"plain", "plain"},
  };
  std::string scratch;
  for (const auto& [text, clean] : kCases)
    EXPECT_EQ(clean_text(text, TextRole::ListItem, scratch), clean) << text;
}

}  // namespace
}  // namespace vrni2syslog
