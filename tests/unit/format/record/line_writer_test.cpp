#include "format/record/line_writer.h"

#include <gtest/gtest.h>

#include <array>
#include <string>

namespace vrni2syslog {
namespace {

TEST(LineWriter, WritesWhatFitsExactly) {
  std::array<char, 5> room{};
  LineWriter writer(room);
  writer.put("abc");
  writer.put("");
  writer.put('d');
  writer.put('e');
  EXPECT_TRUE(writer.fits());
  EXPECT_EQ(writer.text(), "abcde");
}

TEST(LineWriter, CountsWhatDoesNotFitAndWritesNothingBeyondTheRoom) {
  std::array<char, 6> memory{'.', '.', '.', '.', '.', '.'};
  LineWriter writer{std::span<char>(memory).first(4)};
  writer.put("abc");
  writer.put("defg");
  writer.put('h');
  EXPECT_FALSE(writer.fits());
  EXPECT_EQ(writer.size(), 8U);
  EXPECT_EQ(std::string_view(memory.data(), memory.size()), "abc...");
}

TEST(LineWriter, ForgetsWhatIsTakenBack) {
  std::array<char, 4> room{};
  LineWriter writer(room);
  writer.put("ab");
  writer.put("cdefgh");
  writer.rewind(2);
  writer.put("yz");
  EXPECT_TRUE(writer.fits());
  EXPECT_EQ(writer.text(), "abyz");
}

constexpr auto kCopyUnlessX = [](std::string_view text, char* out) {
  text.copy(out, text.size());
  return text != "x";
};

TEST(LineWriter, PutsATextOnlyIfItIsCopiedAndFits) {
  std::array<char, 4> room{};
  LineWriter writer(room);
  EXPECT_TRUE(writer.put_if("ab", kCopyUnlessX));
  EXPECT_FALSE(writer.put_if("x", kCopyUnlessX));
  EXPECT_FALSE(writer.put_if("abc", kCopyUnlessX));
  EXPECT_TRUE(writer.put_if("cd", kCopyUnlessX));
  EXPECT_EQ(writer.text(), "abcd");
}

TEST(LineWriter, PutsATextWithWhatStandsAroundItOnlyIfThereIsMuchRoom) {
  const RepeatedText before(" a=\"");
  std::array<char, 2 * RepeatedText::kMaxBytes> room{};
  LineWriter writer(room);
  EXPECT_TRUE(writer.put_between_if(before, "b", '"', kCopyUnlessX));
  EXPECT_FALSE(writer.put_between_if(before, "x", '"', kCopyUnlessX));
  EXPECT_EQ(writer.text(), R"( a="b")");
  const std::string longest(RepeatedText::kMaxBytes - writer.size() - 1, 'c');
  EXPECT_FALSE(writer.put_between_if(before, longest + "c", '"', kCopyUnlessX));
  EXPECT_TRUE(writer.put_between_if(before, longest, '"', kCopyUnlessX));
  EXPECT_EQ(writer.text(), R"( a="b" a=")" + longest + '"');
}

TEST(RepeatedText, HoldsAsMuchAsItSays) {
  const std::string text(RepeatedText::kMaxBytes, 'x');
  EXPECT_EQ(RepeatedText(text).text(), text);
  EXPECT_EQ(RepeatedText().text(), "");
}

TEST(LineWriter, OnlyCountsIfItHasNoRoom) {
  LineWriter counter;
  counter.put("abc");
  counter.put('d');
  EXPECT_EQ(counter.size(), 4U);
}

}  // namespace
}  // namespace vrni2syslog
