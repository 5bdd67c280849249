#include "format/record/line_writer.h"

#include <gtest/gtest.h>

#include <array>

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

TEST(LineWriter, OnlyCountsIfItHasNoRoom) {
  LineWriter counter;
  counter.put("abc");
  counter.put('d');
  EXPECT_EQ(counter.size(), 4U);
}

}  // namespace
}  // namespace vrni2syslog
