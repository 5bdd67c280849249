#include "format/record/value_writer.h"

#include <gtest/gtest.h>

#include <array>
#include <string>
#include <vector>

namespace vrni2syslog {
namespace {

/// Escapes "^" by doubling it.
void double_carets(LineWriter& writer, std::string_view text) noexcept {
  for (const char c : text) {
    if (c == '^') writer.put('^');
    writer.put(c);
  }
}

std::string written(std::initializer_list<std::string_view> texts, TextRole role) {
  std::array<char, 100> room{};
  LineWriter writer(room);
  ValueWriter(SpecialCharacters("^"), double_carets)
      .write(writer, {texts.begin(), texts.end()}, role);
  return std::string(writer.text());
}

TEST(ValueWriter, CleansAndEscapesOneText) {
  const std::pair<std::string_view, std::string_view> kCases[] = {
      {"web-01", "web-01"},
      {"a,b", "a,b"},
      {"a]\"\\", "a]\"\\"},
      {"a^b", "a^^b"},
      {"  long name  ^ ", "long name  ^^"},
      {"a\nb^", "a b^^"},
      {"", ""},
      {" \t ", ""},
      {"w\xC3", "w\xEF\xBF\xBD"},
  };
  for (const auto& [text, value] : kCases)
    EXPECT_EQ(written({text}, TextRole::Single), value) << text;
}

TEST(ValueWriter, JoinsTheItemsOfAListOfWhichSomethingIsLeft) {
  EXPECT_EQ(written({"a", "b", "c"}, TextRole::ListItem), "a,b,c");
  EXPECT_EQ(written({"", "a", " ", "b,c", "^", ""}, TextRole::ListItem), "a,b c,^^");
  EXPECT_EQ(written({"", " "}, TextRole::ListItem), "");
  EXPECT_EQ(written({}, TextRole::ListItem), "");
}

TEST(ValueWriter, WritesARepeatedTextAroundWhateverIsLeft) {
  const std::pair<std::vector<std::string_view>, std::string_view> kCases[] = {
      {{"web-01"}, " vm=\"web-01\""},
      {{"a,b"}, " vm=\"a,b\""},
      {{"a^b"}, " vm=\"a^^b\""},
      {{" web "}, " vm=\"web\""},
      {{"a", "b"}, " vm=\"a,b\""},
      {{""}, ""},
      {{"w\xC3\xA4", "x"}, " vm=\"w\xC3\xA4,x\""},
      {{"a name of more than 16 bytes"}, " vm=\"a name of more than 16 bytes\""},
      {{" "}, ""},
      {{}, ""},
  };
  for (const auto& [texts, line] : kCases) {
    // The size is always the same, and all is there if there is room for it.
    for (std::size_t size = 0; size < line.size() + 2 * RepeatedText::kMaxBytes; ++size) {
      std::string room(size, '.');
      LineWriter writer(room);
      ValueWriter(SpecialCharacters("^"), double_carets)
          .write_between(writer, RepeatedText(" vm=\""), '"', texts, TextRole::Single);
      EXPECT_EQ(writer.size(), line.size());
      EXPECT_EQ(writer.fits(), size >= line.size());
      if (writer.fits()) {
        EXPECT_EQ(writer.text(), line);
      }
    }
  }
}

TEST(ValueWriter, WritesACleanTextWithItsEscapes) {
  std::array<char, 20> room{};
  LineWriter writer(room);
  ValueWriter(SpecialCharacters("^"), double_carets).write_clean(writer, "a^");
  EXPECT_EQ(writer.text(), "a^^");
}

}  // namespace
}  // namespace vrni2syslog
