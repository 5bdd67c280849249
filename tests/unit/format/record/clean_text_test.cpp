#include "format/record/clean_text.h"

#include <gtest/gtest.h>

#include <string>
#include <string_view>

namespace vrni2syslog {
namespace {

using namespace std::string_view_literals;

TEST(CleanText, SeesWhatNeedsTreatment) {
  const std::pair<std::string_view, unsigned> kCases[] = {
      {"", 0},
      {"web-01 ~!", 0},
      {"a,b", kHasComma},
      {"a\"", kHasSdSpecial},
      {"a\\", kHasSdSpecial},
      {"a]", kHasSdSpecial},
      {"\t", kNeedsCleaning},
      {"\x7F", kNeedsCleaning},
      {"\xC3\xA4", kNeedsCleaning},
      {"\0"sv, kNeedsCleaning},
      {",\n]", kNeedsCleaning | kHasComma | kHasSdSpecial},
  };
  for (const auto& [text, traits] : kCases) EXPECT_EQ(text_traits(text), traits) << text;
}

TEST(CleanText, SeesEveryByteAtEveryPlaceOfATextOfAnyLength) {
  for (std::size_t length = 1; length <= 20; ++length) {
    for (std::size_t place = 0; place < length; ++place) {
      for (int byte = 0; byte < 256; ++byte) {
        std::string text(length, 'x');
        text[place] = static_cast<char>(byte);
        const unsigned expected = text_traits(std::string_view(text).substr(place, 1));
        ASSERT_EQ(text_traits(text), expected) << byte << " at " << place << " of " << length;
      }
    }
  }
}

TEST(CleanText, SeesTheTraitsOfAllWordsTogether) {
  EXPECT_EQ(text_traits("01234567,abcdefg]\n"), kHasComma | kHasSdSpecial | kNeedsCleaning);
  EXPECT_EQ(text_traits("\x01\x02,5678"), kHasComma | kNeedsCleaning);
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
  TextCleaner cleaner;
  for (const auto& [text, clean] : kCases)
    EXPECT_EQ(cleaner.clean(text, TextRole::Single), clean) << text;
}

TEST(CleanText, BlanksACommaWithinAnItemOfAList) {
  const std::pair<std::string_view, std::string_view> kCases[] = {
      {"a,b", "a b"}, {",a,", "a"}, {",", ""}, {"\xC3\xA4,\n", "\xC3\xA4"}, {"plain", "plain"},
  };
  TextCleaner cleaner;
  for (const auto& [text, clean] : kCases)
    EXPECT_EQ(cleaner.clean(text, TextRole::ListItem), clean) << text;
}

}  // namespace
}  // namespace vrni2syslog
