#include "base/gzip.h"

#include "base/error.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace vrni2syslog {
namespace {

using testing::HasSubstr;

constexpr std::size_t kEnough = 64UL * 1024 * 1024;

[[nodiscard]] std::string problem_of(std::string_view file, std::size_t max_bytes = kEnough) {
  try {
    (void)gunzip(file, max_bytes);
  } catch (const Error& error) {
    EXPECT_EQ(error.fault(), Fault::Data);
    return error.what();
  }
  return "none";
}

TEST(Gzip, GivesBackWhatItCompressed) {
  std::string any;
  for (std::size_t i = 0; i < 300'000; ++i) any += static_cast<char>(i * i % 251);
  for (const std::string& text : {std::string(), std::string("x"), std::string("a\0b", 3),
                                  std::string(3'000'000, 'x'), any}) {
    EXPECT_EQ(gunzip(gzip(text), kEnough), text) << text.size();
  }
}

TEST(Gzip, MakesAnswersShort) {
  EXPECT_LT(gzip(std::string(1'000'000, '{')).size(), 10'000U);
}

TEST(Gzip, UnpacksNoMoreThanIsAllowed) {
  const std::string bomb = gzip(std::string(50'000'000, '\0'));
  EXPECT_LT(bomb.size(), 500'000U);
  EXPECT_THAT(problem_of(bomb, 1'000'000), HasSubstr("unpacks to more than 1000000 bytes"));
  EXPECT_EQ(gunzip(gzip(std::string(1000, 'x')), 1000).size(), 1000U);
  EXPECT_THAT(problem_of(gzip(std::string(1001, 'x')), 1000), HasSubstr("more than 1000 bytes"));
  EXPECT_EQ(gunzip(gzip(""), 0), "");
}

TEST(Gzip, TellsWhatIsWrongWithAFile) {
  const std::string whole = gzip("an answer of the platform, again an answer of the platform");
  EXPECT_THAT(problem_of(""), HasSubstr("cut off"));
  EXPECT_THAT(problem_of("{\"plain\": \"JSON\"}"), HasSubstr("no gzip data"));
  EXPECT_THAT(problem_of(whole + "x"), HasSubstr("something follows"));
  EXPECT_THAT(problem_of(whole + whole), HasSubstr("something follows"));
  for (std::size_t length = 1; length < whole.size(); ++length)
    EXPECT_THAT(problem_of(whole.substr(0, length)), HasSubstr("cut off")) << length;
}

TEST(Gzip, TakesNoDamagedTextForAWholeOne) {
  const std::string whole = gzip("an answer of the platform, again an answer of the platform");
  constexpr std::size_t kHeaderBytes = 10;
  for (std::size_t i = kHeaderBytes; i < whole.size(); ++i) {
    std::string damaged = whole;
    damaged[i] = static_cast<char>(damaged[i] ^ 0x10);
    // Some bits say nothing, like those that fill the last byte.
    if (problem_of(damaged) != "none") continue;
    EXPECT_EQ(gunzip(damaged, kEnough), gunzip(whole, kEnough)) << i;
  }
}

}  // namespace
}  // namespace vrni2syslog
