#include "json/json_escapes.h"

#include <gtest/gtest.h>

namespace vrni2syslog {
namespace {

struct EscapeCase {
  const char* name;
  const char* json;
  const char* expected;
};

class RepairLoneSurrogates : public testing::TestWithParam<EscapeCase> {};

TEST_P(RepairLoneSurrogates, LeavesEverythingElse) {
  std::string json = GetParam().json;
  repair_lone_surrogates(json);
  EXPECT_EQ(json, GetParam().expected);
}

INSTANTIATE_TEST_SUITE_P(
    Table, RepairLoneSurrogates,
    testing::Values(EscapeCase{"NoEscape", R"("abc")", R"("abc")"},
                    EscapeCase{"WholePair", R"("\uD83D\uDE00")", R"("\uD83D\uDE00")"},
                    EscapeCase{"HighAlone", R"("\uD83Dx")", R"("\uFFFDx")"},
                    EscapeCase{"LowAlone", R"("\ude00x")", R"("\uFFFDx")"},
                    EscapeCase{"WrongOrder", R"("\uDE00\uD83D")", R"("\uFFFD\uFFFD")"},
                    EscapeCase{"TwoHighs", R"("\uD83D\uD83D\uDE00")", R"("\uFFFD\uD83D\uDE00")"},
                    EscapeCase{"HighBeforeAnotherEscape", R"("\uD83D\n")", R"("\uFFFD\n")"},
                    EscapeCase{"AtTheEnd", R"(\uD83D)", R"(\uFFFD)"},
                    EscapeCase{"EscapedBackslashBeforeU", R"("\\uD83D")", R"("\\uD83D")"},
                    EscapeCase{"BackslashThenEscape", R"("\\\uD83D")", R"("\\\uFFFD")"},
                    EscapeCase{"CutOff", R"("\uD8)", R"("\uD8)"},
                    EscapeCase{"NoDigits", R"("\uZZZZ")", R"("\uZZZZ")"},
                    EscapeCase{"BackslashAtTheEnd", "\"\\", "\"\\"},
                    EscapeCase{"Nul", R"("\u0000")", R"("\u0000")"}),
    [](const auto& row) { return row.param.name; });

}  // namespace
}  // namespace vrni2syslog
