#include "json/lone_surrogates.h"

#include <gtest/gtest.h>

#include <string>

namespace vrni2syslog {
namespace {

struct LoneSurrogateCase {
  const char* name;
  std::string rest;
  std::string expected;
};

class LoneSurrogateTest : public testing::TestWithParam<LoneSurrogateCase> {};

TEST_P(LoneSurrogateTest, IsReplacedUpToTheEndOfTheString) {
  std::string rest = GetParam().rest;
  replace_lone_surrogates(rest.data());
  EXPECT_EQ(rest, GetParam().expected);
}

INSTANTIATE_TEST_SUITE_P(
    Json, LoneSurrogateTest,
    testing::Values(LoneSurrogateCase{"None", R"(a\n\u00e4",)", R"(a\n\u00e4",)"},
                    LoneSurrogateCase{"HighAlone", R"(a\uD83Dx",)", R"(a\uFFFDx",)"},
                    LoneSurrogateCase{"LowAlone", R"(\udc00",)", R"(\uFFFD",)"},
                    LoneSurrogateCase{"Pair", R"(\uD83D\uDE00",)", R"(\uD83D\uDE00",)"},
                    LoneSurrogateCase{"AfterAPair", R"(\uD83D\uDE00\uDE00",)",
                                      R"(\uD83D\uDE00\uFFFD",)"},
                    LoneSurrogateCase{"AfterAnEscapedQuote", R"(\"\uD83D",)", R"(\"\uFFFD",)"},
                    LoneSurrogateCase{"AfterAnEscapedBackslash", R"(\\uD83D",)", R"(\\uD83D",)"},
                    LoneSurrogateCase{"OfTheNextString", R"(a","\uD83D",)", R"(a","\uD83D",)"},
                    LoneSurrogateCase{"CutOff", R"(\uD83)", R"(\uD83)"},
                    LoneSurrogateCase{"BackslashAtTheEnd", "\\", "\\"},
                    LoneSurrogateCase{"Nothing", "", ""}),
    [](const auto& row) { return row.param.name; });

}  // namespace
}  // namespace vrni2syslog
